namespace Shipper.TailShipper.Diagnostics;

/// <summary>Counts errors by their code. The service chooses the codes, so there are at most 32 names; the rest is "other". Thread-safe.</summary>
internal sealed class ErrorCodes
{
    /// <summary>What codes beyond the first 32 are counted as.</summary>
    public const string Other = "other";

    private const int Most = 32;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts so far, by code in order; empty while there was no error.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Counts
    {
        get
        {
            lock (_gate)
            {
                return [.. _counts];
            }
        }
    }

    /// <summary>Counts errors of one code. True when the code is new.</summary>
    public bool Add(string code, int errors = 1)
    {
        lock (_gate)
        {
            var isNew = !_counts.ContainsKey(code);
            var name = isNew && _counts.Count >= Most ? Other : code;
            _counts[name] = _counts.GetValueOrDefault(name) + errors;
            return isNew && name != Other;
        }
    }
}
