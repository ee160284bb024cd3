using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Shipper.KinesisAgent.Json;

/// <summary>
/// Reads JSON as the agent does: comments in both styles of Java are allowed, of a doubled key the last counts, and what follows the
/// object's closing brace is not read. Everything else is strict.
/// </summary>
internal static class AgentDocument
{
    private const int MostDepth = 1000;

    /// <summary>The object that a file holds.</summary>
    /// <exception cref="FormatException">It holds none; the message says why and where, without a period.</exception>
    public static JsonElement Parse(byte[] file)
    {
        var text = AgentText.ToUtf8(file);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = MostDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("it is not a JSON object: its first character is not {");
            }

            using var document = JsonDocument.ParseValue(ref reader);
            var invalid = FirstInvalid(text.AsSpan(0, (int)reader.BytesConsumed));
            if (invalid >= 0)
            {
                throw new FormatException($"it is not UTF-8, {Place(text, invalid)}");
            }

            RefuseHalfCharacters(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            var reason = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
            var line = (exception.LineNumber ?? 0) + 1;
            throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"{reason}; line {line}, byte {(exception.BytePositionInLine ?? 0) + 1}"),
                exception);
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return -1;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static string Place(ReadOnlySpan<byte> text, int at)
    {
        var before = text[..at];
        var line = before.Count((byte)'\n') + 1;
        return string.Create(CultureInfo.InvariantCulture, $"line {line}, byte {at - before.LastIndexOf((byte)'\n')}");
    }

    // An escape such as \ud800 alone stands for no character. No name or value that works has one, and it cannot be written elsewhere.
    private static void RefuseHalfCharacters(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        _ = member.Name;
                        RefuseHalfCharacters(member.Value);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        RefuseHalfCharacters(item);
                    }

                    break;
                case JsonValueKind.String:
                    element.GetString();
                    break;
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("a \\u escape is half of a surrogate pair, which is no character", exception);
        }
    }
}
