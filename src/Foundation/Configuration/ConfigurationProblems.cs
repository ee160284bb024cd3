namespace Shipper.Foundation.Configuration;

/// <summary>Collects everything that is wrong, so that one start shows the whole list.</summary>
internal sealed class ConfigurationProblems
{
    private readonly List<ConfigurationProblem> _problems = [];

    /// <summary>What was found so far, in the order it was found.</summary>
    public IReadOnlyList<ConfigurationProblem> All => _problems;

    /// <summary>True when at least one problem was added.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>Adds one problem; see <see cref="ConfigurationProblem"/> for the parts.</summary>
    public void Add(string key, string? value, string reason, string fix) =>
        _problems.Add(new ConfigurationProblem(key, value, reason, fix));

    /// <summary>Throws <see cref="ConfigurationException"/> with every problem when there is one.</summary>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new ConfigurationException(_problems);
        }
    }
}
