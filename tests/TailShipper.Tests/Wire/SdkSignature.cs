using System.Globalization;
using Amazon.Runtime.Internal.Auth;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>What the SDK's own signer makes of a request.</summary>
internal static class SdkSignature
{
    /// <summary>Signs the headers that the request's Authorization says it covers.</summary>
    public static string Of(ScriptedRequest request, string region, string service, string accessKey, string secretKey)
    {
        var covered = request.Headers["Authorization"].Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        return Of(
            request.Line.Split(' ')[1],
            covered.ToDictionary(name => name, name => request.Headers[name]),
            request.Body,
            region,
            service,
            accessKey,
            secretKey);
    }

    public static string Of(
        string path, IDictionary<string, string> headers, byte[] body, string region, string service, string accessKey, string secretKey)
    {
        var time = DateTime.ParseExact(
            headers["x-amz-date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return Signer.Sign(
            path, headers, Convert.ToHexStringLower(AWS4Signer.ComputeHash(body)), region, service, accessKey, secretKey, time);
    }

    // The parts of the SDK's signer that do not add headers of their own are for derived classes.
    private sealed class Signer : AWS4Signer
    {
        public static string Sign(
            string path, IDictionary<string, string> headers, string bodyHash, string region, string service, string accessKey,
                string secretKey, DateTime time)
        {
            var sorted = SortAndPruneHeaders(headers);
            var canonical = CanonicalizeRequest(
                new Uri($"https://{headers["host"]}"), Uri.UnescapeDataString(path), "POST", sorted, "", bodyHash);
            return ComputeSignature(
                accessKey, secretKey, region, time, service, CanonicalizeHeaderNames(sorted), canonical).ForAuthorizationHeader;
        }
    }
}
