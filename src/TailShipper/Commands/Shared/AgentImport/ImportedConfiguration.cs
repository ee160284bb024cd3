using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.KinesisAgent;
using Shipper.KinesisAgent.Keys;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>The agent's configuration as ours, with a line for every key that says what became of it.</summary>
/// <param name="Agent">What was read.</param>
/// <param name="Lines">What became of it, in the order in which it is explained.</param>
/// <param name="FlowNames">Our name of each of the agent's flows.</param>
internal sealed partial record ImportedConfiguration(
    AgentConfiguration Agent, IReadOnlyList<ImportLine> Lines, IReadOnlyList<string> FlowNames)
{
    // Letters of a flow's name that are the stream's; the rest of the 64 is a dash and the hash.
    private const int MostOfStream = 55;

    /// <summary>The settings.</summary>
    public IEnumerable<ImportedSetting> Settings =>
        Lines.SelectMany(line => line.Settings).GroupBy(setting => setting.Key, StringComparer.Ordinal).Select(same => same.First());

    /// <summary>The settings with those of a command line, which replace them.</summary>
    /// <param name="overrides">As <c>Key:Path=value</c>, already found valid.</param>
    public IReadOnlyList<ImportedSetting> SettingsWith(IReadOnlyList<string> overrides)
    {
        var settings = Settings.ToList();
        foreach (var parts in overrides.Select(setting => setting.Split('=', 2)))
        {
            var setting = new ImportedSetting(parts[0], parts[1]);
            if (settings.FindIndex(known => known.Key.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index)
            {
                settings[index] = setting with { Key = settings[index].Key };
            }
            else
            {
                settings.Add(setting);
            }
        }

        return settings;
    }

    /// <summary>The settings as keys and values, for the layers of a configuration.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Keys => Settings.SelectMany(setting => setting.Value is IReadOnlyList<string> list
        ? list.Select((item, index) => KeyValuePair.Create(
            string.Create(CultureInfo.InvariantCulture, $"{setting.Key}:{index}"), (string?)item))
        : [KeyValuePair.Create(setting.Key, (string?)setting.Shown)]);

    /// <summary>Reads the files and maps them.</summary>
    /// <param name="main">The file agent.json.</param>
    /// <param name="folder">The folder agent.d; it need not exist.</param>
    /// <param name="problems">Takes every reason for which the agent does not start with it, or it cannot be mapped.</param>
    /// <returns>Null where there are problems.</returns>
    public static ImportedConfiguration? Read(string main, string folder, ConfigurationProblems problems)
    {
        AgentConfigurationReader reader;
        try
        {
            reader = AgentConfigurationReader.Read(main, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(main) ? "is a directory" : $"cannot be read ({exception.Message.TrimEnd('.')})";
            problems.AddMissing("agent.json", main, reason, "Name the agent's configuration, by default /etc/aws-kinesis/agent.json");
            return null;
        }

        foreach (var problem in reader.Problems)
        {
            if (problem.Key == AgentConfigurationReader.Syntax)
            {
                problems.AddMissing("agent.json", problem.Place, problem.Reason, problem.Fix);
            }
            else
            {
                problems.Add(problem.Place, problem.Value, $"{problem.Reason} (in {main})", problem.Fix);
            }
        }

        if (reader.Problems.Count > 0)
        {
            return null;
        }

        var import = Map(reader.Configuration);
        foreach (var line in import.Lines)
        {
            if (line.Refusal is { } refusal)
            {
                problems.Add(line.Place, line.Value, refusal.Reason, refusal.Fix);
            }
        }

        return problems.Any ? null : import;
    }

    /// <summary>Maps a configuration with which the agent starts.</summary>
    public static ImportedConfiguration Map(AgentConfiguration agent)
    {
        var lines = new List<ImportLine>();
        foreach (var row in AgentKeyTable.OfAgent)
        {
            Carry(row, agent, null, "", "Shipper:", lines);
        }

        var names = agent.Flows.Select(NameOf).ToList();
        for (var index = 0; index < agent.Flows.Count; index++)
        {
            var (flow, prefix) = (agent.Flows[index], string.Create(CultureInfo.InvariantCulture, $"Shipper:Flows:{index}:"));
            var named = new ImportLine(flow.Place, "flows", flow.Id, AgentKeyTable.Find(AgentKeyScope.Agent, "flows")!);
            named.Settings.Add(new ImportedSetting(prefix + "Name", names[index]));
            lines.Add(named);
            foreach (var row in AgentKeyTable.OfFlow)
            {
                Carry(row, agent, flow, flow.Place + ":", prefix, lines);
            }
        }

        return new ImportedConfiguration(agent, lines, names);
    }

    /// <summary>Our name of a flow: it depends on nothing but the flow's own id, so that it stays when others come and go.</summary>
    public static string NameOf(AgentFlow flow)
    {
        var stream = NotInNames().Replace(flow.Stream ?? "null", "_");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(flow.Id)));
        return $"{(stream.Length > MostOfStream ? stream[..MostOfStream] : stream)}-{hash[..8]}";
    }

    private static void Carry(
        AgentKeyRow row, AgentConfiguration agent, AgentFlow? flow, string place, string prefix, List<ImportLine> lines)
    {
        var values = flow?.Values ?? agent.Values;
        var isKey = AgentKeys.Find(flow is null ? AgentKeyScope.Agent : AgentKeyScope.Flow, row.Key) is { } key;
        var isSet = isKey && values.IsSet(row.Key);
        if (!isSet && !row.IsAlways)
        {
            return;
        }

        var line = new ImportLine(place + row.Key, row.Key, isSet ? Shown(values, row.Key) : null, row);
        row.Apply?.Invoke(new AgentKeyUse(agent, flow, line, prefix));
        if (isSet || line.Settings.Count > 0 || line.Refusal is not null)
        {
            lines.Add(line);
        }
    }

    private static string Shown(AgentValues values, string name) =>
        AgentKeys.All.First(key => key.Name == name).IsSecret ? "(not shown)"
        : values[name] switch
        {
            bool flag => flag ? "true" : "false",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null",
        };

    [GeneratedRegex("[^a-zA-Z0-9_.-]")]
    private static partial Regex NotInNames();
}
