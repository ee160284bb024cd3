using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>
/// The query of a MetadataExtraction processor. Firehose takes any jq expression that gives an object; this knows the usual ones,
/// <c>{key: .path, other: .a.b}</c> with plain or quoted names, and refuses all others.
/// </summary>
internal sealed class PartitionQuery
{
    private const string Known = "local-firehose knows {key: .path, other: .a.\"b c\"} only, without functions, pipes and indexes";

    private readonly List<(string Key, string[] Path)> _members = [];

    private PartitionQuery()
    {
    }

    /// <summary>The keys that it gives, in its order.</summary>
    public IEnumerable<string> Keys => _members.Select(member => member.Key);

    /// <summary>Parses a query.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException: it is not one of the known forms.</exception>
    public static PartitionQuery Parse(string text)
    {
        var query = new PartitionQuery();
        var rest = text.AsSpan().Trim();
        if (rest is not ['{', .. var inner, '}'])
        {
            throw Invalid(text, "it is no object");
        }

        for (rest = inner.Trim(); !rest.IsEmpty || query._members.Count == 0;)
        {
            var key = TakeName(ref rest) ?? throw Invalid(text, "a key is missing");
            rest = rest.TrimStart();
            if (rest is not [':', .. var path])
            {
                throw Invalid(text, $"the key {key} has no path");
            }

            rest = path.TrimStart();
            var names = new List<string>();
            while (rest is ['.', .. var name])
            {
                rest = name;
                names.Add(TakeName(ref rest) ?? throw Invalid(text, $"the path of {key} is not a list of names"));
            }

            rest = rest.TrimStart();
            if (names.Count == 0 || rest is not ([] or [',', ..]))
            {
                throw Invalid(text, $"the path of {key} is not a list of names");
            }

            if (query.Keys.Contains(key))
            {
                throw Invalid(text, $"the key {key} is there twice");
            }

            query._members.Add((key, [.. names]));
            if (rest is [',', .. var next])
            {
                rest = next.TrimStart();
                if (rest.IsEmpty)
                {
                    throw Invalid(text, "a key is missing");
                }
            }
        }

        return query;
    }

    /// <summary>The values of the keys in a record; false with the reason if one is missing, empty, an object or a list.</summary>
    public bool TryExtract(
        ReadOnlySpan<byte> record,
        [NotNullWhen(true)] out Dictionary<string, string>? values,
        [NotNullWhen(false)] out string? reason)
    {
        values = null;
        try
        {
            // As jq: of several values in a record the first one counts.
            var reader = new Utf8JsonReader(record);
            using var document = JsonDocument.ParseValue(ref reader);
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, path) in _members)
            {
                if (Find(document.RootElement, path) is not { Length: > 0 } value)
                {
                    reason = $"partitionKeys values must not be null or empty: {key}";
                    return false;
                }

                found[key] = value;
            }

            (values, reason) = (found, null);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            reason = "Non JSON record provided";
            return false;
        }
    }

    private static string? Find(JsonElement element, string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => null,
        };
    }

    private static string? TakeName(ref ReadOnlySpan<char> rest)
    {
        if (rest is ['"', .. var quoted])
        {
            var name = new StringBuilder();
            for (var at = 0; at < quoted.Length; at++)
            {
                if (quoted[at] == '"')
                {
                    rest = quoted[(at + 1)..];
                    return name.Length > 0 ? name.ToString() : null;
                }

                name.Append(quoted[at] == '\\' ? quoted[++at < quoted.Length ? at : 0] : quoted[at]);
            }

            return null;
        }

        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '_'))
        {
            length++;
        }

        if (length == 0 || char.IsAsciiDigit(rest[0]))
        {
            return null;
        }

        var plain = rest[..length].ToString();
        rest = rest[length..];
        return plain;
    }

    private static ServiceException Invalid(string text, string reason) =>
        new(Errors.InvalidArgument($"MetadataExtractionQuery '{text}' is not supported: {reason}; {Known}."));
}
