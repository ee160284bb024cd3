using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>
/// A member of the JSON object that the record begins with: a string, a number, true or false. Where there is none (no
/// object, no such member, null, an empty string, an object or array, text that is not UTF-8) the key is random.
/// </summary>
/// <param name="field">The member's name, at the object's top level; of several with one name the first counts.</param>
/// <param name="otherwise">Gives the key where there is no such member.</param>
internal sealed class JsonFieldKeys(string field, IPartitionKeys otherwise) : IPartitionKeys
{
    private readonly byte[] _field = Encoding.UTF8.GetBytes(field);
    private readonly byte[] _key = new byte[PartitionKeyText.MaxEscapedBytes];
    private byte[] _value = new byte[1024];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        // Broken JSON costs an exception: what does not even begin like an object need not.
        if (!lines.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return otherwise.KeyOf(stream, lines);
        }

        try
        {
            var length = Find(lines);
            return length > 0 ? _key.AsSpan(0, length) : otherwise.KeyOf(stream, lines);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape for half a surrogate pair.
            return otherwise.KeyOf(stream, lines);
        }
    }

    private int Find(ReadOnlySpan<byte> lines)
    {
        // The object ends where it ends; what follows, the record's other lines, is none of its business.
        var reader = new Utf8JsonReader(lines, isFinalBlock: false, default);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(_field);
            if (!reader.Read())
            {
                return 0;
            }

            if (found)
            {
                return reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False
                    ? Take(ref reader)
                    : 0;
            }

            if (!reader.TrySkip())
            {
                return 0;
            }
        }

        return 0;
    }

    private int Take(ref Utf8JsonReader reader)
    {
        var value = reader.ValueSpan;
        if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
        {
            if (_value.Length < value.Length)
            {
                _value = new byte[value.Length];
            }

            value = _value.AsSpan(0, reader.CopyString(_value));
        }

        return value.IsEmpty || !Utf8.IsValid(value) ? 0 : PartitionKeyText.Write(value, _key);
    }
}
