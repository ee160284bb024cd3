using Shipper.KinesisAgent;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>
/// What becomes of one key: a row of the table that the import carries out, prints, and docs/migration.md shows.
/// </summary>
/// <param name="Key">The agent's key; or, in brackets, something that the agent always does and that has no key.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Becomes">The setting that it becomes; empty for none. Those of a flow are below <c>Shipper:Flows:N</c>.</param>
/// <param name="Text">What whoever wrote the key should know, in sentences.</param>
/// <param name="Apply">Sets what it becomes.</param>
internal sealed record AgentKeyRow(string Key, AgentKeyFate Fate, string Becomes, string Text, Action<AgentKeyUse>? Apply = null)
{
    /// <summary>True where it is carried out without the key too, because the agent's default is not ours.</summary>
    public bool IsAlways { get; init; }
}

/// <summary>One use of a row: the value of the key in its scope, and where the settings go.</summary>
/// <param name="configuration">The agent's configuration.</param>
/// <param name="flow">The flow; null for a key of the whole agent.</param>
/// <param name="line">Takes what becomes of it.</param>
/// <param name="prefix">Of the settings' keys.</param>
internal sealed class AgentKeyUse(AgentConfiguration configuration, AgentFlow? flow, ImportLine line, string prefix)
{
    /// <summary>The agent's configuration.</summary>
    public AgentConfiguration Configuration => configuration;

    /// <summary>The flow that the key is in.</summary>
    /// <exception cref="InvalidOperationException">It is a key of the whole agent.</exception>
    public AgentFlow Flow => flow ?? throw new InvalidOperationException("the key is in no flow");

    /// <summary>The value as a number.</summary>
    public long Number => flow is null ? configuration.Values.Number(line.Key) : flow.Values.Number(line.Key);

    /// <summary>The value as a text; null for none.</summary>
    public string? Text => flow is null ? configuration.Values.Text(line.Key) : flow.Values.Text(line.Key);

    /// <summary>Makes a setting: a text, a number, a truth value, or a list of texts.</summary>
    public void Set(string key, object value) => line.Settings.Add(new ImportedSetting(prefix + key, value));

    /// <summary>Adds a sentence about this value.</summary>
    public void Note(string text) => line.Notes.Add(text);

    /// <summary>This value cannot be imported.</summary>
    /// <param name="reason">Why, to follow the value.</param>
    /// <param name="fix">What to do, without a period.</param>
    public void Refuse(string reason, string fix) => line.Refusal = (reason, fix);
}

/// <summary>A setting of ours.</summary>
/// <param name="Key">Its whole key, with colons.</param>
/// <param name="Value">A text, a number, a truth value, or a list of texts.</param>
internal sealed record ImportedSetting(string Key, object Value)
{
    /// <summary>The value for people.</summary>
    public string Shown => Value switch
    {
        IReadOnlyList<string> list => string.Join(", ", list),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(Value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}

/// <summary>What became of one key in one place.</summary>
/// <param name="Place">Where it stands: the key, and the flow and file.</param>
/// <param name="Key">The key alone.</param>
/// <param name="Value">What stands there, for people; null where nothing does, hidden where it is a secret.</param>
/// <param name="Row">The row of the table.</param>
internal sealed record ImportLine(string Place, string Key, string? Value, AgentKeyRow Row)
{
    /// <summary>The settings that it became.</summary>
    public List<ImportedSetting> Settings { get; } = [];

    /// <summary>Sentences about this value.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Why it cannot be imported, and what to do; null where it can.</summary>
    public (string Reason, string Fix)? Refusal { get; set; }

    /// <summary>What became of it.</summary>
    public AgentKeyFate Fate => Refusal is not null ? AgentKeyFate.Refused : Row.Fate;
}
