using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Signing;

/// <summary>What AWS answers to requests it cannot authenticate.</summary>
internal static class SignatureErrors
{
    /// <summary>No Authorization header, or one that is not SigV4's.</summary>
    public static readonly ServiceError Missing = new("MissingAuthenticationTokenException", 400, "Missing Authentication Token");

    /// <summary>An access key that is not configured.</summary>
    public static readonly ServiceError UnknownKey = new("UnrecognizedClientException", 400, "The security token included in the request is invalid.");

    /// <summary>A signature that another secret made, or that was made for another request.</summary>
    public static readonly ServiceError Mismatch = Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    /// <summary>A date or a scope that does not fit.</summary>
    public static ServiceError Invalid(string message) => new("InvalidSignatureException", 400, message);

    /// <summary>An Authorization header that lacks a part.</summary>
    public static ServiceError Incomplete(string message) => new("IncompleteSignatureException", 400, message);
}
