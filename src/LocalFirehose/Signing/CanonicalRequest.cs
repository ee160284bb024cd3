using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Shipper.LocalFirehose.Signing;

/// <summary>Builds the canonical request of SigV4 from a received request.</summary>
internal static class CanonicalRequest
{
    /// <summary>The canonical request; null if a signed header is missing.</summary>
    /// <param name="request">The request without its body.</param>
    /// <param name="signedHeaders">Lower-case names separated by semicolons, as received.</param>
    /// <param name="payloadHash">Lower-case hexadecimal SHA-256 of the body.</param>
    public static string? Build(HttpRequest request, string signedHeaders, string payloadHash)
    {
        var text = new StringBuilder(1024);
        text.Append(request.Method).Append('\n')
            .Append(EncodePath(request.Path.Value ?? "/")).Append('\n');
        AppendQuery(text, request.Query);
        text.Append('\n');
        foreach (var range in signedHeaders.AsSpan().Split(';'))
        {
            var name = signedHeaders[range];
            if (!request.Headers.TryGetValue(name, out var values))
            {
                return null;
            }

            text.Append(name).Append(':');
            AppendValues(text, values);
            text.Append('\n');
        }

        return text.Append('\n').Append(signedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static void AppendValues(StringBuilder text, StringValues values)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (index > 0)
            {
                text.Append(',');
            }

            var value = values[index].AsSpan().Trim();
            if (!value.Contains("  ", StringComparison.Ordinal))
            {
                text.Append(value);
                continue;
            }

            for (var at = 0; at < value.Length; at++)
            {
                if (value[at] != ' ' || value[at - 1] != ' ')
                {
                    text.Append(value[at]);
                }
            }
        }
    }

    private static void AppendQuery(StringBuilder text, IQueryCollection query)
    {
        if (query.Count == 0)
        {
            return;
        }

        var pairs = query
            .SelectMany(pair => pair.Value.Select(value => $"{Encode(pair.Key)}={Encode(value ?? "")}"))
            .Order(StringComparer.Ordinal);
        text.AppendJoin('&', pairs);
    }

    private static string EncodePath(string path) =>
        path == "/" ? path : string.Join('/', path.Split('/').Select(Encode));

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
