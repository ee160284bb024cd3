using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// Reads a file of dead letters one by one, also while the service writes to it. Each takes about 1.4 MB at most, and only one is in
/// memory.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class DeadLetterReader(string path)
{
    private const int FirstBuffer = 64 * 1024;
    private const int MaxLineBytes = 8 * 1024 * 1024;
    private const string Text = "text";
    private const string Number = "number";

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["at"] = Text,
        ["flow"] = Text,
        ["destination"] = Text,
        ["place"] = Text,
        ["path"] = Text,
        ["encoding"] = Text,
        ["reason"] = Text,
        ["stream"] = Number,
        ["start"] = Number,
        ["end"] = Number,
        ["line_start"] = Number,
        ["line_end"] = Number,
        ["unprocessed"] = Number,
    };

    /// <summary>Lines that are not dead letters: torn by a crash, before anything of them had settled, or damaged since.</summary>
    public int Damaged { get; private set; }

    /// <summary>Opens a file of dead letters that others may write to, rename and delete.</summary>
    /// <exception cref="IOException">It does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(string path) => SafeFiles.OpenToRead(path);

    /// <summary>Every complete dead letter. A last line without a newline is still being written.</summary>
    /// <exception cref="IOException">It does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public IEnumerable<StoredDeadLetter> Read()
    {
        using var file = Open(path);
        foreach (var letter in Read(file))
        {
            yield return letter;
        }
    }

    /// <summary>As <see cref="Read()"/>, of a file's content.</summary>
    public IEnumerable<StoredDeadLetter> Read(Stream file)
    {
        var buffer = new byte[FirstBuffer];
        var (filled, offset) = (0, 0L);
        var isSkipping = false;
        while (true)
        {
            var read = file.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
            var done = 0;
            for (var length = LineLength(buffer, done, filled); length > 0; length = LineLength(buffer, done, filled))
            {
                if (!isSkipping && Parse(buffer.AsSpan(done, length), offset + done) is { } letter)
                {
                    yield return letter;
                }
                else
                {
                    Damaged++;
                }

                isSkipping = false;
                done += length;
            }

            buffer.AsSpan(done, filled - done).CopyTo(buffer);
            (filled, offset) = (filled - done, offset + done);
            if (filled == buffer.Length && buffer.Length >= MaxLineBytes)
            {
                (offset, filled, isSkipping) = (offset + filled, 0, true);
            }
            else if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private static int LineLength(byte[] buffer, int from, int to) => buffer.AsSpan(from, to - from).IndexOf((byte)'\n') + 1;

    private StoredDeadLetter? Parse(ReadOnlySpan<byte> line, long offset)
    {
        if (line is not [(byte)'{', (byte)'"', ..])
        {
            return null; // an exception for each line of a damaged file would take minutes for 100 MB
        }

        try
        {
            var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
            var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
            var json = new Utf8JsonReader(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                json.Read();
                if (name == "data")
                {
                    return Letter(texts, numbers, json.ValueSpan, offset + json.TokenStartIndex + 1);
                }

                switch (Kinds.GetValueOrDefault(name))
                {
                    case Text:
                        texts[name] = json.GetString();
                        break;
                    case Number:
                        numbers[name] = json.GetInt64();
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Counted.
        }

        return null;
    }

    private StoredDeadLetter? Letter(
        Dictionary<string, string?> texts, Dictionary<string, long> numbers, ReadOnlySpan<byte> data, long dataAt)
    {
        if (!Base64.IsValid(data, out var bytes)
            || texts["flow"] is not { } flow || texts["path"] is not { } source || texts["reason"] is not { } reason
            || !DateTimeOffset.TryParse(texts["at"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var when))
        {
            return null;
        }

        var line = numbers.TryGetValue("line_start", out var start) ? new ByteSpan(start, numbers["line_end"]) : default(ByteSpan?);
        var span = new ByteSpan(numbers["start"], numbers["end"]);
        if (!IsSpan(span) || (line is { } whole && !IsSpan(whole)))
        {
            return null;
        }

        var letter = new DeadLetter(new StreamId(numbers["stream"]), source, span, reason)
        {
            Line = line,
            Encoding = texts.GetValueOrDefault("encoding"),
            IsUnprocessed = numbers.GetValueOrDefault("unprocessed") != 0,
        };
        return new StoredDeadLetter(IdOf(flow, letter, data), path, when, flow, letter, new ByteSpan(dataAt, dataAt + data.Length))
        {
            Bytes = bytes,
            Destination = texts.GetValueOrDefault("destination") is { } stream
                ? new LetterDestination(stream, texts.GetValueOrDefault("place"))
                : null,
        };
    }

    private static bool IsSpan(ByteSpan span) => span.Start >= 0 && span.End >= span.Start;

    // Without path and time: a dead letter written again after a crash is the same, and its file may have been renamed meanwhile.
    private static string IdOf(string flow, DeadLetter letter, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{flow}\n{letter.Stream.Number}\n{letter.Span.Start}\n{letter.Span.End}\n{letter.Line?.Start}\n{letter.Line?.End}\n")));
        hash.AppendData(data);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

/// <summary>One dead letter as it is on disk, without its bytes.</summary>
/// <param name="Id">32 hexadecimal digits, a hash of origin and bytes: one that a crash makes the service write twice has one id.</param>
/// <param name="File">Path of its file.</param>
/// <param name="At">When it was written.</param>
/// <param name="Flow">Its flow.</param>
/// <param name="Letter">What it is.</param>
/// <param name="Data">Where in the file its bytes are, as base64.</param>
internal sealed record StoredDeadLetter(string Id, string File, DateTimeOffset At, string Flow, DeadLetter Letter, ByteSpan Data)
{
    /// <summary>Its length in bytes.</summary>
    public int Bytes { get; init; }

    /// <summary>Where it was meant for; null in one that an older version wrote.</summary>
    public LetterDestination? Destination { get; init; }

    /// <summary>Reads its bytes.</summary>
    /// <exception cref="IOException">The file is gone, or can no longer be read.</exception>
    public byte[] Read()
    {
        using var file = DeadLetterReader.Open(File);
        var text = new byte[Data.Length];
        file.Position = Data.Start;
        file.ReadExactly(text);
        var bytes = new byte[Bytes];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Bytes
            ? bytes
            : throw new IOException($"{File} changed: the dead letter at {Data.Start} is no longer there");
    }
}
