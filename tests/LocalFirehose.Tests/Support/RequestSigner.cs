using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Shipper.LocalFirehose.Signing;

namespace Shipper.LocalFirehose.Tests.Support;

/// <summary>Signature Version 4, implemented from its specification and independent of the service.</summary>
internal sealed class RequestSigner(string accessKeyId = "local", string secret = "local-secret")
{
    public string Region { get; init; } = "eu-west-1";

    public string Service { get; init; } = "firehose";

    public string? Token { get; init; }

    public void Sign(HttpRequestMessage request, byte[] body, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = request.Content!.Headers.ContentType!.ToString(),
            ["host"] = request.RequestUri!.Authority,
            ["x-amz-date"] = stamp,
        };
        if (request.Headers.TryGetValues("X-Amz-Target", out var target))
        {
            headers["x-amz-target"] = target.Single();
        }

        if (Token is not null)
        {
            headers["x-amz-security-token"] = Token;
            request.Headers.Add("X-Amz-Security-Token", Token);
        }

        var names = string.Join(';', headers.Keys);
        var canonical = string.Join(
            '\n', ["POST", "/", "", .. headers.Select(header => $"{header.Key}:{header.Value}"), "", names, Hex(SHA256.HashData(body))]);
        var scope = $"{stamp[..8]}/{Region}/{Service}/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
        {
            key = Hmac(key, part);
        }

        var signature = Hex(Hmac(key, $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}"));
        request.Headers.Add("X-Amz-Date", stamp);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={accessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
