using System.Text;
using System.Text.Json;
using Shipper.Foundation.Configuration;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Agent;

/// <summary>Makes the steps of a chain from the <c>dataProcessingOptions</c> of an agent.json.</summary>
internal static class AgentSteps
{
    private static readonly string[] Formats = ["COMMONAPACHELOG", "COMBINEDAPACHELOG", "APACHEERRORLOG", "SYSLOG", "RFC3339SYSLOG"];

    /// <summary>Translates.</summary>
    /// <param name="options">The value of <c>dataProcessingOptions</c>, whatever it is.</param>
    /// <returns>The steps, and what is to be said of each key.</returns>
    public static AgentStepsResult Of(JsonElement options)
    {
        var notes = new AgentStepsResult([], [], []);
        if (options.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return notes;
        }

        if (options.ValueKind != JsonValueKind.Array)
        {
            notes.Warn("dataProcessingOptions", "is no list: the agent ignores it, and so does the import");
            return notes;
        }

        var index = 0;
        foreach (var element in options.EnumerateArray())
        {
            new OneStep(element, $"dataProcessingOptions[{index++}]", notes).Translate();
        }

        return notes;
    }

    /// <summary>One element of the list.</summary>
    private sealed class OneStep(JsonElement element, string path, AgentStepsResult result)
    {
        public void Translate()
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                result.Refuse(path, "is no object: the agent does not start with it");
                return;
            }

            var refused = result.Refusals.Count;
            var name = TextOf("optionName");
            var step = name switch
            {
                "SINGLELINE" => SingleLine(),
                "CSVTOJSON" => CsvToJson(),
                "LOGTOJSON" => LogToJson(),
                "ADDMETADATA" => Metadata(),
                "ADDEC2METADATA" => Ec2Metadata(),
                "ADDBRACKETS" => New(ProcessingType.Brackets, "optionName"),
                "USINGPLUGGIN" => Plugin(),
                _ => Refused("optionName", $"{name ?? "is missing or no text"} is no converter of the agent, which does not start with it"),
            };
            if (step is not null && result.Refusals.Count == refused)
            {
                result.Steps.Add(step);
            }
        }

        private ProcessingOptions? Plugin()
        {
            if (element.EnumerateObject().Any(property => property.Name.StartsWith("class", StringComparison.OrdinalIgnoreCase)))
            {
                var name = TextOf("classname") ?? "that it names";
                result.Refuse(
                    $"{path}.optionName", $"USINGPLUGGIN runs the Java class {name}, which cannot run here: use another step",
                    isOurs: true);
                return null;
            }

            return Refused("optionName", "USINGPLUGGIN names no class: the agent does not start with it");
        }

        private ProcessingOptions SingleLine()
        {
            var step = New(ProcessingType.SingleLine, "optionName", "parseOptions");
            step.Separator = "";
            if (!element.TryGetProperty("parseOptions", out var list))
            {
                return step;
            }

            if (list.ValueKind == JsonValueKind.Null)
            {
                result.Refuse($"{path}.parseOptions", "is null: the agent does not start with it");
            }
            else if (list.ValueKind != JsonValueKind.Array)
            {
                result.Warn($"{path}.parseOptions", "is no list: the agent ignores it");
            }
            else
            {
                foreach (var option in list.EnumerateArray().Select(option => option.ToString()))
                {
                    if (option == "NO_TRIM")
                    {
                        step.Trim = false;
                    }
                    else if (option == "ESCAPE_NEW_LINE")
                    {
                        step.Separator = "\\\\n";
                    }
                    else
                    {
                        result.Warn($"{path}.parseOptions", $"has {option}, which the agent does not know and ignores");
                    }
                }
            }

            return step;
        }

        private ProcessingOptions CsvToJson()
        {
            var step = New(ProcessingType.CsvToJson, "optionName", "customFieldNames", "delimiter", "jsonFormat");
            step.Names = Names(isRequired: true, out var hasNull);
            step.Format = Format();
            step.Delimiter = TextOf("delimiter") ?? ",";
            var isNull = element.TryGetProperty("delimiter", out var delimiter) && delimiter.ValueKind == JsonValueKind.Null;
            if (hasNull || isNull)
            {
                result.Warn($"{path}.{(hasNull ? "customFieldNames" : "delimiter")}",
                    $"{(hasNull ? "has" : "is")} null: the agent fails with every line and sends it as it is, and so does this step");
                step.Delimiter = "("; // an expression that fails as well
                return step;
            }

            try
            {
                _ = JavaPattern.Find(step.Delimiter, step.MatchTimeout);
            }
            catch (JavaPatternException exception) when (exception.IsJavaError)
            {
                result.Warn($"{path}.delimiter",
                    $"is {step.Delimiter}, which {exception.Message}: the agent fails with every line and sends it as it is, and so does "
                    + "this step");
            }
            catch (JavaPatternException exception)
            {
                result.Refuse($"{path}.delimiter", $"is {step.Delimiter}, which {exception.Message}", isOurs: true);
            }

            return step;
        }

        private ProcessingOptions LogToJson()
        {
            var step = New(ProcessingType.PatternToJson, "optionName", "logFormat", "matchPattern", "customFieldNames", "jsonFormat");
            var format = LogFormat();
            step.Format = Format();
            var type = format switch
            {
                "COMMONAPACHELOG" => ProcessingType.ApacheCommonToJson,
                "COMBINEDAPACHELOG" => ProcessingType.ApacheCombinedToJson,
                "APACHEERRORLOG" => ProcessingType.ApacheErrorToJson,
                "RFC3339SYSLOG" => ProcessingType.Rfc3339SyslogToJson,
                _ => ProcessingType.SyslogToJson,
            };
            var own = FormatNames.Of(type, ProcessingCompatibility.Agent)!;
            step.Names = Names(isRequired: false, out var hasNull);
            if (hasNull)
            {
                result.Refuse($"{path}.customFieldNames", "has null: the agent fails with every line that matches", isOurs: true);
                return step;
            }

            if (TextOf("matchPattern") is not { } pattern)
            {
                step.Type = type;
                var isGiven = element.TryGetProperty("customFieldNames", out var given) && given.ValueKind == JsonValueKind.Array;
                if (isGiven && step.Names.Count != own.Length)
                {
                    result.Refuse($"{path}.customFieldNames",
                        $"has {step.Names.Count} names, and {format} has {own.Length} fields: the agent does not start with it");
                }

                return step;
            }

            step.Pattern = pattern;
            step.NullValues = type is ProcessingType.SyslogToJson or ProcessingType.Rfc3339SyslogToJson ? [] : ["-"];
            if (!element.TryGetProperty("customFieldNames", out var names) || names.ValueKind == JsonValueKind.Null)
            {
                result.Refuse($"{path}.customFieldNames", "is missing beside matchPattern: the agent does not start without it");
            }

            try
            {
                var java = JavaPattern.WholeMatch(pattern, step.MatchTimeout);
                if (java.Groups != step.Names.Count)
                {
                    result.Warn($"{path}.customFieldNames",
                        $"has {step.Names.Count} names, and matchPattern {java.Groups} groups: the agent drops all, as this step does");
                }
            }
            catch (JavaPatternException exception)
            {
                var isAgents = exception.IsJavaError;
                result.Refuse(
                    $"{path}.matchPattern",
                    $"is {pattern}, which {exception.Message}{(isAgents ? ": the agent does not start with it" : "")}", isOurs: !isAgents);
            }

            return step;
        }

        private ProcessingOptions Metadata()
        {
            var step = New(ProcessingType.Metadata, "optionName", "metadata", "timestamp", "jsonFormat");
            step.Format = Format();
            if (element.TryGetProperty("timestamp", out var timestamp))
            {
                if (timestamp.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                {
                    result.Refuse($"{path}.timestamp", $"{timestamp} is no text: the agent does not start with it. Write \"true\"");
                }
                else
                {
                    step.Timestamp = string.Equals(timestamp.GetString(), "true", StringComparison.OrdinalIgnoreCase);
                    if (!step.Timestamp && timestamp.GetString() is { } other && other != "false")
                    {
                        result.Warn($"{path}.timestamp", $"\"{other}\" means false: only \"true\" adds the time");
                    }
                }
            }

            if (element.TryGetProperty("metadata", out var metadata) && metadata.ValueKind != JsonValueKind.Null)
            {
                var buffer = new RecordBuffer();
                AgentJson.Parse(Encoding.UTF8.GetBytes(metadata.GetRawText())).Write(buffer, JsonLayout.Compact);
                step.Json = Encoding.UTF8.GetString(buffer.Written);
            }

            return step;
        }

        private ProcessingOptions Ec2Metadata()
        {
            var step = New(ProcessingType.Ec2Metadata, "optionName", "logFormat", "metadataTTL", "jsonFormat");
            _ = LogFormat();
            step.Format = Format();
            if (TextOf("metadataTTL") is { } text)
            {
                if (!long.TryParse(text, out var seconds))
                {
                    result.Warn($"{path}.metadataTTL", $"{text} is no number: {Duration.Format(step.RefreshInterval)} is used");
                    return step;
                }

                step.RefreshInterval = TimeSpan.FromSeconds(Math.Clamp(seconds, 60, 86_400));
                if (step.RefreshInterval.TotalSeconds != seconds)
                {
                    result.Warn($"{path}.metadataTTL", $"{seconds} is out of range: {Duration.Format(step.RefreshInterval)} is used");
                }
            }

            return step;
        }

        private string LogFormat()
        {
            var format = TextOf("logFormat");
            if (format is null || !Formats.Contains(format))
            {
                result.Refuse($"{path}.logFormat",
                    $"is {format ?? "missing"}: the agent does not start without one of {string.Join(", ", Formats)}");
            }

            return format ?? "";
        }

        private JsonLayout Format()
        {
            var format = TextOf("jsonFormat") ?? "COMPACT";
            if (format is not ("COMPACT" or "PRETTYPRINT"))
            {
                result.Refuse($"{path}.jsonFormat", $"is \"{format}\": the agent starts only with COMPACT or PRETTYPRINT");
            }

            return format == "PRETTYPRINT" ? JsonLayout.Pretty : JsonLayout.Compact;
        }

        private List<string> Names(bool isRequired, out bool hasNull)
        {
            hasNull = false;
            if (!element.TryGetProperty("customFieldNames", out var list) || (list.ValueKind == JsonValueKind.Null && !isRequired))
            {
                if (isRequired)
                {
                    result.Refuse($"{path}.customFieldNames", "is missing: the agent does not start without it");
                }

                return [];
            }

            if (list.ValueKind != JsonValueKind.Array
                || list.EnumerateArray().Any(name => name.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
            {
                result.Refuse($"{path}.customFieldNames", "is no list of names: the agent does not start with it");
                return [];
            }

            hasNull = list.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.Null);
            return [.. list.EnumerateArray().Select(Text).OfType<string>()];
        }

        private ProcessingOptions New(ProcessingType type, params ReadOnlySpan<string> keys)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (!keys.Contains(property.Name))
                {
                    result.Warn($"{path}.{property.Name}", "is no key of this converter: the agent ignores it");
                }
            }

            return new ProcessingOptions { Type = type, Compatibility = ProcessingCompatibility.Agent };
        }

        private ProcessingOptions? Refused(string key, string reason)
        {
            result.Refuse($"{path}.{key}", reason);
            return null;
        }

        private string? TextOf(string key)
        {
            if (!element.TryGetProperty(key, out var value))
            {
                return null;
            }

            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                result.Refuse($"{path}.{key}", "is no text");
            }

            return Text(value);
        }

        private static string? Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => JavaNumber.Format(value.GetRawText()),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }
}

/// <summary>What became of an agent's <c>dataProcessingOptions</c>.</summary>
/// <param name="Steps">The steps; not to be used where there are refusals.</param>
/// <param name="Warnings">What the agent ignores, or what it does that nobody expects.</param>
/// <param name="Refusals">What cannot be taken over, or what the agent refuses too.</param>
internal sealed record AgentStepsResult(List<ProcessingOptions> Steps, List<AgentStepNote> Warnings, List<AgentStepNote> Refusals)
{
    /// <summary>Adds a warning.</summary>
    public void Warn(string key, string text) => Warnings.Add(new(key, text));

    /// <summary>Adds a refusal.</summary>
    /// <param name="key">Where.</param>
    /// <param name="reason">Why, to follow the key.</param>
    /// <param name="isOurs">True when the agent starts with it all the same.</param>
    public void Refuse(string key, string reason, bool isOurs = false) => Refusals.Add(new(key, reason) { IsOurs = isOurs });
}

/// <summary>What is to be said of a key.</summary>
/// <param name="Key">Where it is, for example <c>dataProcessingOptions[0].delimiter</c>.</param>
/// <param name="Text">What is to be said, to follow the key.</param>
internal sealed record AgentStepNote(string Key, string Text)
{
    /// <summary>True for a refusal of what the agent starts with.</summary>
    public bool IsOurs { get; init; }
}
