namespace Shipper.LocalFirehose.Signing;

/// <summary>
/// The parts of <c>AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=hex</c>.
/// </summary>
internal sealed record AuthorizationHeader(
    string AccessKeyId, string Date, string Region, string Service, string SignedHeaders, string Signature)
{
    /// <summary>The only supported algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The credential scope, <c>DATE/REGION/SERVICE/aws4_request</c>.</summary>
    public string Scope => $"{Date}/{Region}/{Service}/aws4_request";

    /// <summary>Parses <paramref name="value"/>; null if a part is missing or malformed.</summary>
    public static AuthorizationHeader? Parse(string value)
    {
        if (!value.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return null;
        }

        string? credential = null, signedHeaders = null, signature = null;
        foreach (var part in value[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            switch (equals < 0 ? part : part[..equals])
            {
                case "Credential":
                    credential = part[(equals + 1)..];
                    break;
                case "SignedHeaders":
                    signedHeaders = part[(equals + 1)..];
                    break;
                case "Signature":
                    signature = part[(equals + 1)..];
                    break;
            }
        }

        // An access key id may contain slashes; the scope is the last four parts.
        var scope = credential?.Split('/');
        if (scope is not { Length: >= 5 } || scope[^1] != "aws4_request" || signedHeaders is null or "" || signature is null)
        {
            return null;
        }

        return new AuthorizationHeader(string.Join('/', scope[..^4]), scope[^4], scope[^3], scope[^2], signedHeaders, signature);
    }
}
