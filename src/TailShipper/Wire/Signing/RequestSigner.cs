using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Amazon.Runtime;

namespace Shipper.TailShipper.Wire.Signing;

/// <summary>
/// AWS Signature Version 4 for requests without a query string. The result depends on the arguments alone; the derived
/// key is remembered, because it changes once a day and costs more than the signature itself. Thread-safe.
/// </summary>
/// <param name="region">The region that the credential scope names.</param>
/// <param name="service">The service that the credential scope names.</param>
internal sealed class RequestSigner(string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const int HashLength = SHA256.HashSizeInBytes;
    private const int HexLength = 2 * HashLength;

    // RFC 3986's unreserved characters, and the slash that separates path segments.
    private static readonly SearchValues<char> PathLiterals =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    private volatile SigningKey? _key;

    /// <summary>The value of <c>x-amz-date</c> for <paramref name="time"/>.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="method">In capitals.</param>
    /// <param name="path">As sent, percent-encoded once; at least <c>/</c>.</param>
    /// <param name="headers">The headers to cover, <c>host</c> and <c>x-amz-date</c> among them, in ascending order of their names.</param>
    /// <param name="payloadHash">SHA-256 of the body, 32 bytes.</param>
    /// <param name="credentials">Who signs; a session token is to be among <paramref name="headers"/>.</param>
    /// <param name="time">The moment that <c>x-amz-date</c> names.</param>
    /// <exception cref="ArgumentException">The headers are out of order, or the hash is not 32 bytes long.</exception>
    public string Authorize(
        string method,
        string path,
        ReadOnlySpan<SignedHeader> headers,
        ReadOnlySpan<byte> payloadHash,
        ImmutableCredentials credentials,
        DateTimeOffset time)
    {
        if (payloadHash.Length != HashLength)
        {
            throw new ArgumentException("A SHA-256 is 32 bytes long.", nameof(payloadHash));
        }

        var key = KeyFor(credentials.SecretKey, DateOnly.FromDateTime(time.UtcDateTime));
        var buffer = ArrayPool<byte>.Shared.Rent(CanonicalBound(method, path, headers));
        try
        {
            var canonical = new CanonicalText(buffer);
            WriteCanonical(ref canonical, method, path, headers, payloadHash, out var names);
            var signedNames = canonical.Written[names];
            Span<byte> digest = stackalloc byte[HashLength];
            SHA256.HashData(canonical.Written, digest);
            SignDigest(key, time, digest);
            Span<char> signature = stackalloc char[HexLength];
            Convert.TryToHexStringLower(digest, signature, out _);
            Span<char> signed = stackalloc char[signedNames.Length];
            Encoding.ASCII.GetChars(signedNames, signed);
            return string.Create(
                CultureInfo.InvariantCulture,
                stackalloc char[512],
                $"{Algorithm} Credential={credentials.AccessKey}/{key.Scope}, SignedHeaders={signed}, Signature={signature}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Turns the canonical request's digest into its signature, in place.
    private static void SignDigest(SigningKey key, DateTimeOffset time, Span<byte> digest)
    {
        Span<char> hex = stackalloc char[HexLength];
        Convert.TryToHexStringLower(digest, hex, out _);
        Span<byte> text = stackalloc byte[64 + (3 * key.Scope.Length) + HexLength];
        Utf8.TryWrite(
            text,
            CultureInfo.InvariantCulture,
            $"{Algorithm}\n{time.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}\n{key.Scope}\n{hex}",
            out var written);
        HMACSHA256.HashData(key.Bytes, text[..written], digest);
    }

    private static void WriteCanonical(
        ref CanonicalText text,
        string method,
        string path,
        ReadOnlySpan<SignedHeader> headers,
        ReadOnlySpan<byte> payloadHash,
        out Range names)
    {
        text.Append(method);
        text.Append('\n');
        if (path.AsSpan().ContainsAnyExcept(PathLiterals))
        {
            text.AppendPercentEncoded(path);
        }
        else
        {
            text.Append(path);
        }

        // The second line feed ends the empty query string.
        text.Append('\n');
        text.Append('\n');
        for (var i = 0; i < headers.Length; i++)
        {
            if (i > 0 && string.CompareOrdinal(headers[i - 1].Name, headers[i].Name) >= 0)
            {
                throw new ArgumentException("Signed headers must ascend by name.", nameof(headers));
            }

            text.Append(headers[i].Name);
            text.Append(':');
            text.AppendCollapsed(headers[i].Value);
            text.Append('\n');
        }

        text.Append('\n');
        var first = text.Length;
        for (var i = 0; i < headers.Length; i++)
        {
            if (i > 0)
            {
                text.Append(';');
            }

            text.Append(headers[i].Name);
        }

        names = first..text.Length;
        text.Append('\n');
        text.AppendHex(payloadHash);
    }

    // UTF-8 takes at most three bytes for a UTF-16 unit, and percent-encoding three characters for a byte.
    private static int CanonicalBound(string method, string path, ReadOnlySpan<SignedHeader> headers)
    {
        var bound = (3 * method.Length) + (9 * path.Length) + HexLength + 8;
        foreach (ref readonly var header in headers)
        {
            bound += (6 * header.Name.Length) + (3 * header.Value.Length) + 4;
        }

        return bound;
    }

    private SigningKey KeyFor(string secret, DateOnly day)
    {
        var key = _key;
        if (key is null || !key.IsFor(secret, day))
        {
            _key = key = SigningKey.Derive(secret, day, region, service);
        }

        return key;
    }
}

/// <summary>A key derived from a secret for one day, region and service, as Signature Version 4 prescribes.</summary>
internal sealed class SigningKey
{
    private readonly string _secret;
    private readonly DateOnly _day;

    private SigningKey(string secret, DateOnly day, string scope, byte[] bytes)
    {
        (_secret, _day, Scope, Bytes) = (secret, day, scope, bytes);
    }

    /// <summary>The credential scope: <c>yyyyMMdd/region/service/aws4_request</c>.</summary>
    public string Scope { get; }

    /// <summary>The 32 bytes that sign.</summary>
    public byte[] Bytes { get; }

    /// <summary>Derives the key: four HMACs, each keyed with the one before.</summary>
    public static SigningKey Derive(string secret, DateOnly day, string region, string service)
    {
        var date = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (ReadOnlySpan<string>)[date, region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return new SigningKey(secret, day, $"{date}/{region}/{service}/aws4_request", key);
    }

    /// <summary>True when this key was derived from that secret for that day.</summary>
    public bool IsFor(string secret, DateOnly day) => _day == day && string.Equals(_secret, secret, StringComparison.Ordinal);
}

/// <summary>A request header that the signature covers.</summary>
/// <param name="Name">Its name in lower case.</param>
/// <param name="Value">Its value as sent.</param>
internal readonly record struct SignedHeader(string Name, string Value);

/// <summary>Writes a canonical request into a buffer that is known to be large enough.</summary>
internal ref struct CanonicalText(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <summary>Appends one ASCII character.</summary>
    public void Append(char ascii) => _buffer[Length++] = (byte)ascii;

    /// <summary>Appends <paramref name="text"/> as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, _buffer[Length..]);

    /// <summary>Appends a header's value as Signature Version 4 wants it: no spaces around it, one where there were several.</summary>
    public void AppendCollapsed(string value)
    {
        var trimmed = value.AsSpan().Trim();
        for (var twin = trimmed.IndexOf("  "); twin >= 0; twin = trimmed.IndexOf("  "))
        {
            Append(trimmed[..(twin + 1)]);
            trimmed = trimmed[(twin + 1)..].TrimStart(' ');
        }

        Append(trimmed);
    }

    /// <summary>
    /// Appends a path whose segments are encoded once more: every service but S3 signs the encoding of what it is sent.
    /// </summary>
    public void AppendPercentEncoded(string path)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.' or '_' or '~' or '/'))
            {
                Append((char)rune.Value);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Append('%');
                Append(HexDigit(part >> 4));
                Append(HexDigit(part & 15));
            }
        }
    }

    /// <summary>Appends <paramref name="bytes"/> as lower-case hexadecimal.</summary>
    public void AppendHex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _buffer[Length..], out var written);
        Length += written;
    }

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];
}
