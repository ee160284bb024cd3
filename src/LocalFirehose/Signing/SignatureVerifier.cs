using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Signing;

/// <summary>Verifies Signature Version 4 in the Authorization header; security tokens are tolerated and not looked at.</summary>
internal sealed class SignatureVerifier(Credential credential, TimeProvider time)
{
    private const string Service = "firehose";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    // "Signature expired: … (… - 5 min.)" is what services on this protocol answer; S3 alone allows 15 minutes.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private readonly SigningKeys _keys = new(credential.SecretAccessKey);

    /// <summary>Null when the request is authentic; otherwise what to answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="payloadHash">SHA-256 of its body, 32 bytes.</param>
    /// <param name="region">The region the request was signed for.</param>
    public ServiceError? Verify(HttpRequest request, ReadOnlySpan<byte> payloadHash, out string region)
    {
        region = "";
        var sent = request.Headers.Authorization.ToString();
        if (sent.Length == 0)
        {
            return SignatureErrors.Missing;
        }

        if (AuthorizationHeader.Parse(sent) is not { } authorization)
        {
            return sent.StartsWith(AuthorizationHeader.Algorithm, StringComparison.Ordinal)
                ? SignatureErrors.Incomplete("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, and a credential scope of four parts.")
                : SignatureErrors.Missing;
        }

        region = authorization.Region;
        var date = request.Headers["X-Amz-Date"].ToString();
        return CheckDate(date, authorization)
            ?? CheckScope(authorization)
            ?? CheckSignature(request, authorization, date, payloadHash);
    }

    private ServiceError? CheckDate(string date, AuthorizationHeader authorization)
    {
        if (!DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            return SignatureErrors.Incomplete($"Date must be in ISO-8601 'basic format'. Got '{date}'.");
        }

        if (!date.StartsWith(authorization.Date, StringComparison.Ordinal) || authorization.Date.Length != 8)
        {
            return SignatureErrors.Invalid($"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{authorization.Date}' != '{date[..8]}'.");
        }

        var now = time.GetUtcNow();
        if (signedAt < now - Skew)
        {
            return SignatureErrors.Invalid($"Signature expired: {date} is now earlier than {Format(now - Skew)} ({Format(now)} - 5 min.)");
        }

        return signedAt > now + Skew
            ? SignatureErrors.Invalid($"Signature not yet current: {date} is still later than {Format(now + Skew)} ({Format(now)} + 5 min.)")
            : null;
    }

    private ServiceError? CheckScope(AuthorizationHeader authorization)
    {
        if (authorization.AccessKeyId != credential.AccessKeyId)
        {
            return SignatureErrors.UnknownKey;
        }

        if (authorization.Service != Service)
        {
            return SignatureErrors.Invalid($"Credential should be scoped to correct service: '{Service}'.");
        }

        return $";{authorization.SignedHeaders};".Contains(";host;", StringComparison.Ordinal)
            ? null
            : SignatureErrors.Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization header.");
    }

    private ServiceError? CheckSignature(HttpRequest request, AuthorizationHeader authorization, string date, ReadOnlySpan<byte> payloadHash)
    {
        if (CanonicalRequest.Build(request, authorization.SignedHeaders, Convert.ToHexStringLower(payloadHash)) is not { } canonical)
        {
            return SignatureErrors.Mismatch;
        }

        var canonicalHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var toSign = $"{AuthorizationHeader.Algorithm}\n{date}\n{authorization.Scope}\n{canonicalHash}";
        var key = _keys.For(authorization.Date, authorization.Region, authorization.Service);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign), expected);

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var wellFormed = authorization.Signature.Length == given.Length * 2
            && Convert.FromHexString(authorization.Signature, given, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == given.Length;
        return wellFormed && CryptographicOperations.FixedTimeEquals(expected, given) ? null : SignatureErrors.Mismatch;
    }

    private static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
}
