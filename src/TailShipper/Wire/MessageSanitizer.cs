using Amazon.Runtime;
using Shipper.TailShipper.Wire.Credentials;

namespace Shipper.TailShipper.Wire;

/// <summary>Makes text from the network safe to log: one line, bounded, without secrets.</summary>
internal static class MessageSanitizer
{
    /// <summary>The most that is kept, in characters.</summary>
    public const int MaxLength = 500;

    // The answer to a signature that does not match quotes the whole request that should have been signed, with its session token.
    private const string Quotation = "The Canonical String";

    /// <summary>
    /// <paramref name="text"/> on one line, at most <see cref="MaxLength"/> characters, without quoted headers
    /// of the request and without any part of <paramref name="credentials"/>.
    /// </summary>
    public static string? Clean(string? text, ImmutableCredentials? credentials)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var quotation = text.IndexOf(Quotation, StringComparison.OrdinalIgnoreCase);
        if (quotation >= 0)
        {
            text = text[..quotation];
        }

        if (credentials is not null)
        {
            text = Without(text, credentials.Token, "(session token)");
            text = Without(text, credentials.SecretKey, "(secret key)");
            text = Without(text, credentials.AccessKey, CredentialErrors.Masked(credentials.AccessKey));
        }

        return OneLine(text.Trim());
    }

    private static string Without(string text, string? secret, string instead) =>
        string.IsNullOrEmpty(secret) ? text : text.Replace(secret, instead, StringComparison.Ordinal);

    private static string OneLine(string text)
    {
        var kept = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 1), "…");
        return string.Create(kept.Length, kept, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }
}
