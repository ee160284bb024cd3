using System.Globalization;
using System.Text.Json;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.KinesisAgent.Json;
using Shipper.KinesisAgent.Keys;
using Shipper.KinesisAgent.Patterns;
using Shipper.RecordProcessing.Agent;

namespace Shipper.KinesisAgent;

/// <summary>Reads the agent's configuration by the agent's rules, and finds every reason for which the agent would not start.</summary>
internal sealed class AgentConfigurationReader
{
    /// <summary>The key of a problem with a file that is no JSON object.</summary>
    public const string Syntax = "syntax";

    private const int MostBytes = 16 << 20;

    private readonly string _main;
    private readonly List<AgentProblem> _problems = [];
    private readonly List<AgentNotice> _notices = [];
    private readonly List<AgentFlow> _flows = [];
    private readonly List<string> _files = [];
    private readonly AgentValues _values = new(AgentKeyScope.Agent);

    private AgentConfigurationReader(string main) => _main = main;

    /// <summary>Every reason for which the agent would not start; empty where it does.</summary>
    public IReadOnlyList<AgentProblem> Problems => _problems;

    /// <summary>What the files say; of no use where there are <see cref="Problems"/>.</summary>
    public AgentConfiguration Configuration => new(_files, _values, _flows, _notices);

    /// <summary>Reads a file and a folder.</summary>
    /// <param name="main">The file agent.json.</param>
    /// <param name="folder">The folder agent.d; null for none. One that does not exist is none.</param>
    /// <exception cref="IOException">The main file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static AgentConfigurationReader Read(string main, string? folder)
    {
        var reader = new AgentConfigurationReader(main);
        reader.ReadAll(folder);
        return reader;
    }

    private static string Index(int index) => string.Create(CultureInfo.InvariantCulture, $"flows:{index}");

    private void ReadAll(string? folder)
    {
        var bytes = SafeFiles.ReadAll(_main, MostBytes, followLinks: true);
        _files.Add(_main);
        JsonElement root;
        try
        {
            root = AgentDocument.Parse(bytes);
        }
        catch (FormatException exception)
        {
            _problems.Add(new AgentProblem(
                _main, Syntax, null, $"is not what the agent reads as JSON ({exception.Message})", "Fix the file at the position named"));
            return;
        }

        var members = JavaValue.Members(root);
        foreach (var (name, value) in members)
        {
            if (AgentKeys.Find(AgentKeyScope.Agent, name) is not { } key)
            {
                NoticeUnknown(name, name, AgentKeyScope.Agent);
            }
            else if (key.Kind is not (AgentKeyKind.List or AgentKeyKind.Dead))
            {
                ReadValue(name, key, value, _values, null);
            }
            else if (key.Kind == AgentKeyKind.Dead)
            {
                _values.Put(key, JavaValue.Text(value));
            }
        }

        CheckCheckpointFile();
        var hasFolder = folder is not null && Directory.Exists(folder);
        ReadMainFlows(root.TryGetProperty("flows", out var flows) ? flows : null, hasFolder);
        if (hasFolder)
        {
            ReadFolder(folder!);
        }

        if (_flows.Count == 0 && _problems.Count == 0)
        {
            _problems.Add(new AgentProblem("flows", "flows", null, "has no flow", "Add one with filePattern and deliveryStream"));
        }

        RefuseTwins();
    }

    private void CheckCheckpointFile()
    {
        if (_problems.Any(problem => problem.Key == "checkpointFile"))
        {
            return;
        }

        var file = _values.Text("checkpointFile") ?? "";
        var isInFolder = file.Split('/', StringSplitOptions.RemoveEmptyEntries).Length > (file.StartsWith('/') ? 0 : 1);
        if (!isInFolder || file.Contains('\0', StringComparison.Ordinal))
        {
            _problems.Add(new AgentProblem(
                "checkpointFile", "checkpointFile", file, isInFolder ? "has a NUL, which no name has" : "has no folder",
                "Write the whole path, for example /var/run/aws-kinesis-agent/checkpoints"));
        }
    }

    private void ReadMainFlows(JsonElement? flows, bool hasFolder)
    {
        if (flows is { ValueKind: JsonValueKind.Array } list)
        {
            ReadFlows(list, null);
        }
        else
        {
            _problems.Add(new AgentProblem(
                "flows", "flows", flows is { } value ? JavaValue.Text(value) : null, flows is null ? "is missing" : "is not a list",
                hasFolder ? "Write a list, [ ] if agent.d has all flows" : "Write a list with at least one flow"));
        }
    }

    private void ReadFolder(string folder)
    {
        // The agent takes them in the order of the file system; here the order is always the same.
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            JsonElement root;
            try
            {
                root = AgentDocument.Parse(SafeFiles.ReadAll(file, MostBytes, followLinks: true));
            }
            catch (Exception exception) when (exception is FormatException || exception.IsDiskError())
            {
                _notices.Add(new AgentNotice(
                    file, Syntax, $"the agent leaves it out, because it cannot be read ({exception.Message.TrimEnd('.')}). "
                    + "Fix it, or remove it from the folder."));
                continue;
            }

            _files.Add(file);
            foreach (var (name, value) in JavaValue.Members(root))
            {
                if (name == "flows" && value.ValueKind == JsonValueKind.Array)
                {
                    ReadFlows(value, file);
                }
                else if (name == "flows")
                {
                    _notices.Add(new AgentNotice($"{file} flows", "flows", "the agent leaves it out, because it is not a list."));
                }
                else
                {
                    _notices.Add(new AgentNotice(
                        $"{file} {name}", name, "has no effect: of a file in agent.d the agent reads only flows."));
                }
            }
        }
    }

    private void ReadFlows(JsonElement list, string? file)
    {
        var index = 0;
        foreach (var flow in list.EnumerateArray())
        {
            var place = $"{(file is null ? "" : file + " ")}{Index(index++)}";
            if (flow.ValueKind != JsonValueKind.Object)
            {
                _problems.Add(new AgentProblem(
                    place, "flows", JavaValue.Text(flow), "is not an object", "Write { \"filePattern\": …, … }"));
                continue;
            }

            ReadFlow(place, JavaValue.Members(flow));
        }
    }

    private void ReadFlow(string place, IReadOnlyList<KeyValuePair<string, JsonElement>> members)
    {
        var destination = members.Any(member => member.Key == "deliveryStream") ? AgentDestination.Firehose
            : members.Any(member => member.Key == "kinesisStream") ? AgentDestination.Kinesis
            : (AgentDestination?)null;
        var values = new AgentValues(AgentKeyScope.Flow);
        IReadOnlyList<JsonElement> processing = [];
        foreach (var (name, value) in members)
        {
            var at = $"{place}:{name}";
            if (AgentKeys.Find(AgentKeyScope.Flow, name) is not { } key)
            {
                NoticeUnknown(at, name, AgentKeyScope.Flow);
            }
            else if (key.Kind == AgentKeyKind.List)
            {
                processing = ReadProcessing(at, key, value, values);
            }
            else if (key.OnlyFor is not { } only || only == (destination ?? only))
            {
                ReadValue(at, key, value, values, destination);
            }
            else
            {
                _notices.Add(new AgentNotice(at, name, $"has no effect in a flow to {destination}."));
            }
        }

        if (destination is AgentDestination.Firehose && members.Any(member => member.Key == "kinesisStream"))
        {
            _notices.Add(new AgentNotice(
                $"{place}:kinesisStream", "kinesisStream", "has no effect beside deliveryStream, which the agent prefers."));
        }

        if (destination is null)
        {
            _problems.Add(new AgentProblem(
                $"{place}:deliveryStream", "deliveryStream", null, "is missing, and so is kinesisStream", "Add one of the two"));
        }

        if (ReadPattern(place, members, values) is { } pattern && destination is { } known)
        {
            var stream = values.Text(known == AgentDestination.Firehose ? "deliveryStream" : "kinesisStream");
            _flows.Add(new AgentFlow(place, known, stream, pattern, values, processing));
        }
    }

    private FilePattern? ReadPattern(string place, IReadOnlyList<KeyValuePair<string, JsonElement>> members, AgentValues values)
    {
        var at = $"{place}:filePattern";
        if (values.Text("filePattern") is not { } text)
        {
            if (!members.Any(member => member.Key == "filePattern"))
            {
                _problems.Add(new AgentProblem(at, "filePattern", null, "is missing", "Write for example /var/log/orders/*.log"));
            }

            return null;
        }

        try
        {
            return FilePattern.Parse(text);
        }
        catch (FormatException exception)
        {
            _problems.Add(new AgentProblem(
                at, "filePattern", text, exception.Message,
                "Write a folder and a glob for the names in it, such as /var/log/orders/*.log"));
            return null;
        }
    }

    private IReadOnlyList<JsonElement> ReadProcessing(string at, AgentKey key, JsonElement value, AgentValues values)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            _notices.Add(new AgentNotice(
                at, key.Name, "has no effect: the agent takes a list, and says nothing about anything else. Write [ … ] around it "
                + "if it should convert records."));
            return [];
        }

        foreach (var refusal in AgentSteps.Of(value).Refusals.Where(refusal => !refusal.IsOurs))
        {
            _problems.Add(new AgentProblem(
                at, key.Name, null, $"{refusal.Key[key.Name.Length..]} {refusal.Text}", "Correct it as the agent's manual has it"));
        }

        values.Put(key, value.GetRawText());
        return [.. value.EnumerateArray()];
    }

    private void ReadValue(string at, AgentKey key, JsonElement value, AgentValues values, AgentDestination? destination)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            if (key.TakesNull)
            {
                values.Put(key, key.Default);
            }
            else
            {
                Refuse(at, key, "null", "is no value for the agent", "Write a value, or remove the key");
            }

            return;
        }

        var text = JavaValue.Text(value);
        switch (key.Kind)
        {
            case AgentKeyKind.Integer or AgentKeyKind.Long:
                ReadNumber(at, key, text, values, destination);
                break;
            case AgentKeyKind.Flag when JavaValue.Boolean(text) is { } flag:
                values.Put(key, flag);
                break;
            case AgentKeyKind.Flag:
                Refuse(at, key, text, "is not a truth value for the agent", "Write true or false");
                break;
            case AgentKeyKind.Choice when !key.Choices.Contains(text, StringComparer.Ordinal):
                Refuse(at, key, text, "is not a word that the agent knows here", $"Write {string.Join(" or ", key.Choices)}, in capitals");
                break;
            case AgentKeyKind.Pattern:
                ReadPattern(at, key, text, values);
                break;
            default:
                values.Put(key, text);
                break;
        }
    }

    private void ReadPattern(string at, AgentKey key, string text, AgentValues values)
    {
        try
        {
            _ = JavaPattern.Find(text, Timeout.InfiniteTimeSpan);
        }
        catch (JavaPatternException exception) when (exception.IsJavaError)
        {
            Refuse(at, key, text, exception.Message, "Write a regular expression of Java");
            return;
        }
        catch (JavaPatternException)
        {
            // The agent takes it. Whoever needs it here says that it cannot be translated.
        }

        values.Put(key, text);
    }

    private void ReadNumber(string at, AgentKey key, string text, AgentValues values, AgentDestination? destination)
    {
        var number = JavaValue.Integer(text);
        if (number is null || (key.Kind == AgentKeyKind.Integer && number is < int.MinValue or > int.MaxValue))
        {
            Refuse(at, key, text, "is not a whole number that the agent can hold", "Write digits only");
            return;
        }

        var most = destination == AgentDestination.Kinesis ? key.MostForKinesis ?? key.Most : key.Most;
        if (number < key.Least || number > most)
        {
            var range = (key.Least, most) switch
            {
                ({ } low, { } high) => string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}"),
                ({ } low, null) => string.Create(CultureInfo.InvariantCulture, $"of at least {low}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"of at most {most}"),
            };
            Refuse(at, key, text, "is out of the agent's bounds", $"Write a number {range}");
            return;
        }

        values.Put(key, number);
    }

    private void Refuse(string at, AgentKey key, string value, string reason, string fix)
    {
        if (key.Moment == AgentKeyMoment.Use)
        {
            _notices.Add(new AgentNotice(
                at, key.Name, $"\"{value}\" {reason}: it starts, and fails when it needs the value. {fix}.")
            { FailsLater = true });
        }
        else
        {
            _problems.Add(new AgentProblem(at, key.Name, key.IsSecret ? null : value, reason, fix));
        }
    }

    private void NoticeUnknown(string at, string name, AgentKeyScope scope)
    {
        var near = Spelling.Nearest(name, AgentKeys.All.Where(key => key.Scope == scope).Select(key => key.Name));
        var elsewhere = AgentKeys.All.FirstOrDefault(key => key.Name == name);
        var what = elsewhere is not null
            ? $"has no effect here: it belongs {(elsewhere.Scope == AgentKeyScope.Agent ? "to the top of the file" : "into a flow")}."
            : near is null ? "is no key of the agent and has no effect."
            : $"is no key of the agent and has no effect. Did you mean {near}?";
        _notices.Add(new AgentNotice(at, name, what));
    }

    private void RefuseTwins()
    {
        foreach (var twins in _flows.GroupBy(flow => flow.Id, StringComparer.Ordinal).Where(twins => twins.Count() > 1))
        {
            _problems.Add(new AgentProblem(
                string.Join(" and ", twins.Select(flow => flow.Place)), "flows", twins.Key,
                "is there twice: the agent takes a destination with the same filePattern once", "Remove one of the two"));
        }
    }
}
