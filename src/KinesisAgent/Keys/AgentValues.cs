namespace Shipper.KinesisAgent.Keys;

/// <summary>The values of one scope's keys that apply: those of the file, else the defaults.</summary>
internal sealed class AgentValues
{
    private readonly Dictionary<string, object?> _set = new(StringComparer.Ordinal);
    private readonly AgentKeyScope _scope;

    /// <summary>Nothing is set.</summary>
    public AgentValues(AgentKeyScope scope) => _scope = scope;

    /// <summary>The keys that the file sets to a value that can be used, in the order of <see cref="AgentKeys.All"/>.</summary>
    public IEnumerable<AgentKey> Set => AgentKeys.All.Where(key => key.Scope == _scope && _set.ContainsKey(key.Name));

    /// <summary>True where the file sets the key.</summary>
    public bool IsSet(string name) => _set.ContainsKey(name);

    /// <summary>The text of a key; null for none.</summary>
    public string? Text(string name) => (string?)this[name];

    /// <summary>The number of a key.</summary>
    /// <exception cref="InvalidOperationException">It has none, not even a default.</exception>
    public long Number(string name) => this[name] as long? ?? throw new InvalidOperationException($"{name} has no number");

    /// <summary>The truth value of a key.</summary>
    public bool Flag(string name) => this[name] as bool? ?? throw new InvalidOperationException($"{name} has no truth value");

    /// <summary>The value of a key: a long, a bool, a string or null.</summary>
    public object? this[string name] => _set.TryGetValue(name, out var value) ? value
        : (AgentKeys.Find(_scope, name) ?? throw new ArgumentException($"{name} is no key of the agent", nameof(name))).Default;

    /// <summary>Sets a key.</summary>
    internal void Put(AgentKey key, object? value) => _set[key.Name] = value;
}
