using System.Text.Json;
using Shipper.KinesisAgent.Json;
using Shipper.KinesisAgent.Patterns;

namespace Shipper.KinesisAgent.Processing;

/// <summary>
/// Which <c>dataProcessingOptions</c> the agent starts with. What they do is not its matter; a value that the agent notices only when it
/// converts a record is accepted.
/// </summary>
internal static class ProcessingRules
{
    private static readonly string[] Names =
        ["SINGLELINE", "CSVTOJSON", "LOGTOJSON", "ADDMETADATA", "ADDEC2METADATA", "ADDBRACKETS", "USINGPLUGGIN"];

    private static readonly string[] LogFormats = ["COMMONAPACHELOG", "COMBINEDAPACHELOG", "APACHEERRORLOG", "SYSLOG", "RFC3339SYSLOG"];

    /// <summary>The number of fields of each log format, which custom names must have.</summary>
    private static readonly Dictionary<string, int> Fields = new(StringComparer.Ordinal)
    {
        ["COMMONAPACHELOG"] = 7,
        ["COMBINEDAPACHELOG"] = 9,
        ["APACHEERRORLOG"] = 7,
        ["SYSLOG"] = 5,
        ["RFC3339SYSLOG"] = 5,
    };

    /// <summary>Checks one element of the list.</summary>
    /// <exception cref="FormatException">The agent does not start with it; the message says why, to follow its place.</exception>
    public static void Check(JsonElement option)
    {
        if (option.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("is not an object with an optionName");
        }

        var members = JavaValue.Members(option).ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
        var name = Text(members, "optionName");
        switch (name)
        {
            case "SINGLELINE":
                RefuseNull(members, "parseOptions");
                break;
            case "CSVTOJSON":
                if (!members.ContainsKey("customFieldNames"))
                {
                    throw new FormatException("CSVTOJSON has no customFieldNames");
                }

                CheckNames(members);
                CheckChoice(members, "jsonFormat", ["COMPACT", "PRETTYPRINT"]);
                break;
            case "LOGTOJSON":
                CheckLog(members);
                break;
            case "ADDMETADATA":
                CheckTimestamp(members);
                break;
            case "ADDEC2METADATA":
                RequireChoice(members, "logFormat", LogFormats);
                break;
            case "ADDBRACKETS":
                break;
            case "USINGPLUGGIN":
                CheckPlugin(members);
                break;
            default:
                throw new FormatException($"has the optionName {name ?? "null"}, which is none of {string.Join(", ", Names)}");
        }
    }

    private static void CheckLog(Dictionary<string, JsonElement> members)
    {
        var format = RequireChoice(members, "logFormat", LogFormats);
        CheckNames(members);
        CheckChoice(members, "jsonFormat", ["COMPACT", "PRETTYPRINT"]);
        if (Text(members, "matchPattern") is { } pattern)
        {
            try
            {
                JavaRegexSyntax.Check(pattern);
            }
            catch (FormatException exception)
            {
                throw new FormatException($"has the matchPattern {pattern}, which {exception.Message}", exception);
            }
        }
        else if (members.TryGetValue("customFieldNames", out var names) && names.GetArrayLength() != Fields[format])
        {
            throw new FormatException($"has {names.GetArrayLength()} customFieldNames, and {format} has {Fields[format]} fields");
        }
    }

    private static void CheckTimestamp(Dictionary<string, JsonElement> members)
    {
        if (members.TryGetValue("timestamp", out var timestamp) && timestamp.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            throw new FormatException("has a timestamp that is not a text in quotes; the agent wants \"true\"");
        }
    }

    private static void CheckPlugin(Dictionary<string, JsonElement> members)
    {
        if (!members.Keys.Any(key => key.StartsWith("class", StringComparison.OrdinalIgnoreCase)))
        {
            throw new FormatException("USINGPLUGGIN names no class");
        }
    }

    private static void CheckNames(Dictionary<string, JsonElement> members)
    {
        RefuseNull(members, "customFieldNames");
        if (members.TryGetValue("customFieldNames", out var names) && names.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("has customFieldNames that are not a list");
        }
    }

    private static void RefuseNull(Dictionary<string, JsonElement> members, string name)
    {
        if (members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null)
        {
            throw new FormatException($"has null for {name}");
        }
    }

    private static string RequireChoice(Dictionary<string, JsonElement> members, string name, string[] choices) =>
        CheckChoice(members, name, choices) ?? throw new FormatException($"has no {name}, which is one of {string.Join(", ", choices)}");

    private static string? CheckChoice(Dictionary<string, JsonElement> members, string name, string[] choices) =>
        Text(members, name) is not { } chosen || choices.Contains(chosen, StringComparer.Ordinal)
            ? Text(members, name)
            : throw new FormatException($"has the {name} \"{chosen}\", which is none of {string.Join(", ", choices)}");

    private static string? Text(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? JavaValue.Text(value) : null;
}
