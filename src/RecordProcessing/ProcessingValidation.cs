using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.RecordProcessing.Agent;
using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;
using O = Shipper.RecordProcessing.ProcessingOptions;

namespace Shipper.RecordProcessing;

/// <summary>Checks the steps of a flow: every error at once.</summary>
internal static class ProcessingValidation
{
    private static readonly ProcessingOptions Defaults = new();

    /// <summary>The keys that each type knows, besides Type and Compatibility.</summary>
    public static IReadOnlyList<string> KeysOf(ProcessingType type, ProcessingCompatibility compatibility)
    {
        var isAgent = compatibility == ProcessingCompatibility.Agent;
        string[] typed = [nameof(O.Values), nameof(O.Numbers), nameof(O.Booleans), nameof(O.NullValues)];
        string[] converter = isAgent ? [nameof(O.Names), nameof(O.Format)] : [nameof(O.Names), .. typed];
        string[] own = type switch
        {
            ProcessingType.CsvToJson => isAgent
                ? [.. converter, nameof(O.Delimiter), nameof(O.MatchTimeout)]
                : [.. converter, nameof(O.NamesFromHeader), nameof(O.Delimiter), nameof(O.Quote)],
            ProcessingType.PatternToJson => isAgent
                ? [.. converter, nameof(O.Pattern), nameof(O.MatchTimeout), nameof(O.NullValues)]
                : [.. typed, nameof(O.Pattern)],
            ProcessingType.ApacheCommonToJson or ProcessingType.ApacheCombinedToJson or ProcessingType.ApacheErrorToJson
                or ProcessingType.SyslogToJson or ProcessingType.Rfc3339SyslogToJson => converter,
            ProcessingType.Rfc5424ToJson => converter,
            ProcessingType.SingleLine => [nameof(O.Trim), nameof(O.Separator)],
            ProcessingType.Metadata => isAgent
                ? [nameof(O.Json), nameof(O.Timestamp), nameof(O.Format)]
                : [nameof(O.Members), nameof(O.Wrap)],
            ProcessingType.Ec2Metadata => isAgent
                ? [nameof(O.RefreshInterval), nameof(O.Format)]
                : [nameof(O.RefreshInterval), nameof(O.Member)],
            ProcessingType.Brackets => [],
            ProcessingType.Provenance => [nameof(O.Member)],
            ProcessingType.Include or ProcessingType.Exclude => [nameof(O.Pattern)],
            ProcessingType.Redact => [nameof(O.Fields), nameof(O.Pattern), nameof(O.Replacement)],
            ProcessingType.MaxSize => [nameof(O.MaxBytes)],
            _ => [],
        };
        var hasRule = type is not (ProcessingType.SingleLine or ProcessingType.Brackets)
            && type is not (ProcessingType.Include or ProcessingType.Exclude);
        return hasRule ? [.. own, nameof(O.Unmatched)] : own;
    }

    /// <summary>Adds each error.</summary>
    /// <param name="steps">The steps in their order.</param>
    /// <param name="path">The full key of the list.</param>
    /// <param name="problems">Where to add.</param>
    public static void Validate(IReadOnlyList<ProcessingOptions> steps, string path, ConfigurationProblems problems)
    {
        for (var index = 0; index < steps.Count; index++)
        {
            new StepValidation(steps[index], $"{path}:{index}", problems).Run();
        }
    }

    /// <summary>One step's.</summary>
    private sealed class StepValidation(ProcessingOptions options, string path, ConfigurationProblems problems)
    {
        private bool IsAgent => options.Compatibility == ProcessingCompatibility.Agent;

        public void Run()
        {
            if (options.Type is not { } type)
            {
                Add(nameof(O.Type), null, "is missing", ScalarParser.Example(typeof(ProcessingType)));
                return;
            }

            if (IsAgent && type is ProcessingType.Rfc5424ToJson or ProcessingType.Provenance or ProcessingType.Include
                or ProcessingType.Exclude or ProcessingType.Redact or ProcessingType.MaxSize)
            {
                Add(nameof(O.Compatibility), "Agent", $"is not possible: the agent has nothing like {type}", "Leave it out");
                return;
            }

            OptionBounds.Validate(options, path, problems);
            CheckKeys(type);
            CheckFields(type);
            CheckPatterns(type);
            CheckMembers(type);
            if (type == ProcessingType.MaxSize && options.Unmatched == UnmatchedRule.Keep)
            {
                Add(nameof(O.Unmatched), "Keep", "would make the step pointless", "Choose one of DeadLetter, Drop");
            }
        }

        private void CheckKeys(ProcessingType type)
        {
            var known = KeysOf(type, options.Compatibility);
            foreach (var row in ((IOptionSection)options).Settings.Rows)
            {
                var isSet = row.NewList is not null
                    ? ((System.Collections.IList)row.Get(options)!).Count > 0
                    : !Equals(row.Get(options), row.Get(Defaults));
                if (isSet && !known.Contains(row.Name) && row.Name is not (nameof(O.Type) or nameof(O.Compatibility)))
                {
                    var value = row.NewList is not null ? null : row.Get(options)?.ToString();
                    var mode = IsAgent ? $"{type} with Compatibility Agent" : $"{type}";
                    Add(row.Name, value, $"is not a key of {mode}", $"Remove it; known here: {string.Join(", ", known)}");
                }
            }
        }

        private void CheckFields(ProcessingType type)
        {
            if (type == ProcessingType.CsvToJson && !IsAgent)
            {
                CheckCsv();
            }

            if (options.Names.Count > 0
                && FormatNames.Of(type, options.Compatibility) is { } fields && options.Names.Count != fields.Length)
            {
                Add(nameof(O.Names), null, $"has {options.Names.Count} names, and {type} has {fields.Length} fields",
                    $"Write one for each of {string.Join(", ", fields)}, or leave it out");
            }

            if (IsAgent)
            {
                return;
            }

            foreach (var name in options.Names.GroupBy(name => name, StringComparer.Ordinal).Where(names => names.Count() > 1))
            {
                Add(nameof(O.Names), name.Key, "stands twice", "Give each field a name of its own");
            }

            var known = options.Names.Count > 0 ? options.Names : [.. FormatNames.Of(type, options.Compatibility) ?? []];
            if (known.Count > 0)
            {
                CheckTyped(nameof(O.Numbers), options.Numbers, known);
                CheckTyped(nameof(O.Booleans), options.Booleans, known);
            }
        }

        private void CheckTyped(string key, List<string> names, List<string> known)
        {
            for (var index = 0; index < names.Count; index++)
            {
                if (!known.Contains(names[index]))
                {
                    var near = Spelling.Nearest(names[index], known);
                    Add($"{key}:{index}", names[index], "is no field",
                        near is null ? $"Write one of {string.Join(", ", known)}" : $"Did you mean {near}?");
                }
            }
        }

        private void CheckCsv()
        {
            if (options.Names.Count == 0 && !options.NamesFromHeader)
            {
                Add(nameof(O.Names), null, "is missing", "Write the names of the fields in their order, or set NamesFromHeader to true");
            }
            else if (options.Names.Count > 0 && options.NamesFromHeader)
            {
                Add(nameof(O.NamesFromHeader), "true", "has no effect beside Names", "Remove one of the two");
            }

            if (options.Delimiter != "\\t" && !IsOneCharacter(options.Delimiter))
            {
                Add(nameof(O.Delimiter), options.Delimiter, "is not one ASCII character", "Write one, for example ; or \\t");
            }

            if (options.Quote.Length > 0 && !IsOneCharacter(options.Quote))
            {
                Add(nameof(O.Quote), options.Quote, "is not one ASCII character", "Write one, or an empty text for none");
            }
            else if (options.Quote == options.Delimiter)
            {
                Add(nameof(O.Quote), options.Quote, "is the delimiter too", "Choose another one, or an empty text for none");
            }
        }

        private static bool IsOneCharacter(string text) => text.Length == 1 && char.IsAscii(text[0]) && text[0] is not ('\n' or '\r');

        private void CheckPatterns(ProcessingType type)
        {
            if (IsAgent)
            {
                AgentPatterns.Check(type, options, Add);
                return;
            }

            if (type == ProcessingType.Redact && options.Fields.Count == 0 && options.Pattern.Length == 0)
            {
                Add(nameof(O.Fields), null, "is missing, and Pattern too", "Write the members to mask, or a pattern");
            }
            else if (options.Pattern.Length == 0
                && type is ProcessingType.Include or ProcessingType.Exclude or ProcessingType.PatternToJson)
            {
                Add(nameof(O.Pattern), null, "is missing", "Write a regular expression");
            }

            for (var index = 0; index < options.Fields.Count; index++)
            {
                if (MemberPath.NamesOf(options.Fields[index]).Contains(""))
                {
                    Add($"{nameof(O.Fields)}:{index}", options.Fields[index], "has an empty name",
                        "Write the names of members with one dot between them");
                }
            }

            if (options.Pattern.Length == 0 || !KeysOf(type, options.Compatibility).Contains(nameof(O.Pattern)))
            {
                return;
            }

            try
            {
                var names = PatternText.NamesOf(new Regex(options.Pattern, PatternText.Options));
                if (type == ProcessingType.PatternToJson && names.Count == 0)
                {
                    Add(nameof(O.Pattern), options.Pattern, "has no named group", "Name each part that becomes a member: (?<name>…)");
                }
            }
            catch (RegexParseException exception)
            {
                Add(nameof(O.Pattern), options.Pattern, $"is no regular expression: {exception.Error} at offset {exception.Offset}",
                    "Correct it, in the syntax of .NET");
            }
            catch (NotSupportedException)
            {
                Add(nameof(O.Pattern), options.Pattern, "needs backtracking, which can take forever",
                    "Write it without lookaround, backreferences and atomic groups");
            }
        }

        private void CheckMembers(ProcessingType type)
        {
            if (type == ProcessingType.Metadata && IsAgent)
            {
                CheckJson(nameof(O.Json), options.Json);
                return;
            }

            if (type == ProcessingType.Metadata && options.Members.Count == 0)
            {
                Add(nameof(O.Members), null, "is missing", "Write what to add, for example { \"Name\": \"env\", \"Value\": \"prod\" }");
            }

            for (var index = 0; index < options.Members.Count; index++)
            {
                var (member, key) = (options.Members[index], $"{nameof(O.Members)}:{index}");
                if (member.Name.Length == 0)
                {
                    Add($"{key}:{nameof(member.Name)}", null, "is missing", "Write the member's name");
                }
                else if (options.Members.FindIndex(other => other.Name == member.Name) < index || member.Name == options.Wrap)
                {
                    Add($"{key}:{nameof(member.Name)}", member.Name, "stands twice", "Give each member a name of its own");
                }

                if (member.From == MemberSource.Json)
                {
                    CheckJson($"{key}:{nameof(member.Value)}", member.Value.Length == 0 ? " " : member.Value);
                }
                else if (member.From != MemberSource.Text && member.Value.Length > 0)
                {
                    Add($"{key}:{nameof(member.Value)}", member.Value, $"is not used: the value comes from {member.From}", "Remove it");
                }
            }
        }

        private void CheckJson(string key, string json)
        {
            if (json.Length == 0)
            {
                return;
            }

            try
            {
                using var document = JsonDocument.Parse(json);
                if (json.AsSpan().ContainsAny('\n', '\r'))
                {
                    Add(key, json, "has several lines", "Write it on one line");
                }
            }
            catch (JsonException)
            {
                Add(key, json, "is no JSON", "Write one JSON value, for example {\\\"team\\\":7}");
            }
        }

        private void Add(string key, string? value, string reason, string fix) => problems.Add($"{path}:{key}", value, reason, fix);
    }
}
