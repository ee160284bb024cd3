using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Signing;

/// <summary>Verifies Signature Version 4 in the Authorization header. Security tokens are accepted and not checked.</summary>
internal sealed class SignatureVerifier(Credential credential, TimeProvider time)
{
    private const string Service = "firehose";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    // Services with this protocol answer "Signature expired: … (… - 5 min.)"; only S3 allows 15 minutes.
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);
    private readonly SigningKeys _keys = new(credential.SecretAccessKey);

    /// <summary>Null if the request is authentic, else the error response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="payloadHash">SHA-256 of the body, 32 bytes.</param>
    /// <param name="region">The region of the signature.</param>
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
                ? SignatureErrors.Incomplete(
                    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, "
                    + "and a credential scope of four parts.")
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
            return SignatureErrors.Invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                + $"'{authorization.Date}' != '{date[..8]}'.");
        }

        var now = time.GetUtcNow();
        if (signedAt < now - MaxSkew)
        {
            return SignatureErrors.Invalid(
                $"Signature expired: {date} is now earlier than {Format(now - MaxSkew)} ({Format(now)} - 5 min.)");
        }

        return signedAt > now + MaxSkew
            ? SignatureErrors.Invalid(
                $"Signature not yet current: {date} is still later than {Format(now + MaxSkew)} ({Format(now)} + 5 min.)")
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

    private ServiceError? CheckSignature(
        HttpRequest request, AuthorizationHeader authorization, string date, ReadOnlySpan<byte> payloadHash)
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
            && Convert.FromHexString(authorization.Signature, given, out _, out var written) == OperationStatus.Done
            && written == given.Length;
        return wellFormed && CryptographicOperations.FixedTimeEquals(expected, given) ? null : SignatureErrors.Mismatch;
    }

    private static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
}

/// <summary>The only valid access key.</summary>
internal sealed record Credential(string AccessKeyId, string SecretAccessKey);

/// <summary>Derives SigV4 signing keys and caches them: a key is valid for a day, and its derivation takes four HMACs.</summary>
internal sealed class SigningKeys(string secretAccessKey)
{
    // Regions come from clients, which must not be able to fill the memory.
    private const int MaxCached = 64;
    private readonly ConcurrentDictionary<(string Date, string Region, string Service), byte[]> _keys = new();

    /// <summary>The key for a credential scope, 32 bytes.</summary>
    public byte[] For(string date, string region, string service)
    {
        if (_keys.TryGetValue((date, region, service), out var key))
        {
            return key;
        }

        if (_keys.Count >= MaxCached)
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

/// <summary>The errors of AWS for requests that it cannot authenticate.</summary>
internal static class SignatureErrors
{
    /// <summary>The Authorization header is missing or not of SigV4.</summary>
    public static readonly ServiceError Missing = new("MissingAuthenticationTokenException", 400, "Missing Authentication Token");

    /// <summary>The access key is not the configured one.</summary>
    public static readonly ServiceError UnknownKey = new(
        "UnrecognizedClientException", 400, "The security token included in the request is invalid.");

    /// <summary>The signature was made with another secret or for another request.</summary>
    public static readonly ServiceError Mismatch = Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
        + "method. Consult the service documentation for details.");

    /// <summary>The date or the scope is wrong.</summary>
    public static ServiceError Invalid(string message) => new("InvalidSignatureException", 400, message);

    /// <summary>A part of the Authorization header is missing.</summary>
    public static ServiceError Incomplete(string message) => new("IncompleteSignatureException", 400, message);
}
