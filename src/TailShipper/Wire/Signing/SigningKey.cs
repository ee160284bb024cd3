using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Shipper.TailShipper.Wire.Signing;

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
