using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>Gives each record its partition key. Owned by the flow's loop.</summary>
internal interface IPartitionKeys
{
    /// <summary>
    /// The key of the record that begins with <paramref name="lines"/>, escaped for JSON: 1 to
    /// <see cref="PartitionKeyText.MaxBytes"/> bytes, and more only by escapes. Good until the next call.
    /// </summary>
    /// <param name="stream">Whose lines.</param>
    /// <param name="lines">The record's first whole lines.</param>
    ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines);
}

/// <summary>Keys of 64 random bits, so that records spread evenly.</summary>
/// <param name="random">Not shared: Random is not thread-safe.</param>
internal sealed class RandomKeys(Random random) : IPartitionKeys
{
    private readonly byte[] _key = new byte[16];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        Utf8Formatter.TryFormat((ulong)random.NextInt64(long.MinValue, long.MaxValue), _key, out _, new StandardFormat('x', 16));
        return _key;
    }
}

/// <summary>The path of the file as the key: its records keep their order.</summary>
/// <param name="path">The path of a stream as it is now; null when it is forgotten.</param>
internal sealed class PathKeys(Func<StreamId, string?> path) : IPartitionKeys
{
    private readonly byte[] _key = new byte[PartitionKeyText.MaxEscapedBytes];
    private string? _path;
    private int _length;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        var now = path(stream);
        if (!ReferenceEquals(now, _path) || _length == 0)
        {
            _path = now;
            _length = PartitionKeyText.Write(Encoding.UTF8.GetBytes(now is null or "" ? "-" : now), _key);
        }

        return _key.AsSpan(0, _length);
    }
}

/// <summary>The hexadecimal MD5 of the record's first whole lines: equal records get equal keys.</summary>
internal sealed class ContentKeys : IPartitionKeys
{
    private readonly byte[] _key = new byte[2 * MD5.HashSizeInBytes];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // It hides nothing: Kinesis hashes keys with MD5, too, and the agent's keys are these.
        MD5.HashData(lines, digest);
#pragma warning restore CA5351
        Convert.TryToHexStringLower(digest, _key, out _);
        return _key;
    }
}

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
        // Broken JSON costs an exception: text that does not begin like an object is excluded first.
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
        // What follows the object, the record's other lines, is not read.
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

/// <summary>Partition keys as Kinesis and JSON take them.</summary>
internal static class PartitionKeyText
{
    /// <summary>
    /// Most UTF-8 bytes of a key before escaping. The service allows 256 characters (Kinesis API reference,
    /// PutRecordsRequestEntry); as bytes they count against the record's size, so this bounds both.
    /// </summary>
    public const int MaxBytes = 256;

    /// <summary>Most bytes of a key between its quotes in JSON: each character as <c>\u0000</c>.</summary>
    public const int MaxEscapedBytes = 6 * MaxBytes;

    /// <summary>
    /// Writes <paramref name="key"/> escaped for JSON; one that is too long is replaced by its hexadecimal SHA-256, so that equal values
    /// still share a shard.
    /// </summary>
    /// <param name="key">Valid UTF-8, at least one byte.</param>
    /// <param name="destination">At least <see cref="MaxEscapedBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (key.Length > MaxBytes)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(key, digest);
            Convert.TryToHexStringLower(digest, destination, out var hex);
            return hex;
        }

        var written = 0;
        foreach (var one in key)
        {
            if (one is (byte)'"' or (byte)'\\')
            {
                destination[written++] = (byte)'\\';
                destination[written++] = one;
            }
            else if (one < 0x20)
            {
                "\\u00"u8.CopyTo(destination[written..]);
                destination[written + 4] = (byte)(one < 0x10 ? '0' : '1');
                destination[written + 5] = "0123456789abcdef"u8[one & 15];
                written += 6;
            }
            else
            {
                destination[written++] = one;
            }
        }

        return written;
    }
}
