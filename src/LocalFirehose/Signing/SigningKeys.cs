using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Shipper.LocalFirehose.Signing;

/// <summary>Derives SigV4 signing keys and keeps them: a key lasts a day, and its derivation costs four HMACs.</summary>
internal sealed class SigningKeys(string secretAccessKey)
{
    // Regions come from callers; a caller that invents them must not fill memory.
    private const int MaxKept = 64;
    private readonly ConcurrentDictionary<(string Date, string Region, string Service), byte[]> _keys = new();

    /// <summary>The key for a credential scope, 32 bytes.</summary>
    public byte[] For(string date, string region, string service)
    {
        if (_keys.TryGetValue((date, region, service), out var key))
        {
            return key;
        }

        if (_keys.Count >= MaxKept)
        {
            _keys.Clear();
        }

        return _keys[(date, region, service)] = Derive(date, region, service);
    }

    private byte[] Derive(string date, string region, string service)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in (string[])[date, region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }
}
