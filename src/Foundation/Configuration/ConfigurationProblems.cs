using Shipper.Foundation.Output;

namespace Shipper.Foundation.Configuration;

/// <summary>One error in the configuration, worded so that the reader knows what to write instead.</summary>
/// <param name="Key">The full key, with colons, for example <c>Shipper:Flows:0:Paths</c>.</param>
/// <param name="Value">The value as configured; null when the key is absent.</param>
/// <param name="Reason">Why it cannot be used.</param>
/// <param name="Fix">What to write instead.</param>
internal sealed record ConfigurationProblem(string Key, string? Value, string Reason, string Fix)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Key}{(Value is null ? "" : $" = \"{Value}\"")}: {Reason}. {Fix}{(Fix.EndsWith('?') ? "" : ".")}";
}

/// <summary>Collects every error, so that one start shows the whole list.</summary>
internal sealed class ConfigurationProblems
{
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly HashSet<string> _misread = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The problems so far, in the order they were found.</summary>
    public IReadOnlyList<ConfigurationProblem> All => _problems;

    /// <summary>True when there is at least one.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>
    /// Adds one problem; see <see cref="ConfigurationProblem"/> for the parts. Of a key that was misread nothing more is said: it would
    /// be about its default.
    /// </summary>
    public void Add(string key, string? value, string reason, string fix)
    {
        if (!_misread.Contains(key))
        {
            _problems.Add(new ConfigurationProblem(key, value, reason, fix));
        }
    }

    /// <summary>
    /// Adds the problem that what is configured for <paramref name="meant"/> could not be taken, so that it has its default.
    /// </summary>
    public void AddMisread(string meant, string key, string? value, string reason, string fix)
    {
        Add(key, value, reason, fix);
        _misread.Add(meant);
    }

    /// <summary>True for a key that has its default because what is configured could not be taken.</summary>
    public bool IsMisread(string key) => _misread.Contains(key);

    /// <summary>True when a layer of the configuration is missing: what is said of the rest would only be a consequence of that.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Adds the problem that a layer cannot be used at all.</summary>
    public void AddMissing(string key, string? value, string reason, string fix)
    {
        IsIncomplete = true;
        Add(key, value, reason, fix);
    }

    /// <summary>Throws <see cref="ConfigurationException"/> with all problems when there are any.</summary>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new ConfigurationException(_problems);
        }
    }
}

/// <summary>The configuration cannot be used; the process ends with <see cref="Hosting.ExitCodes.Configuration"/>.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(Compose(problems))
{
    /// <summary>All problems.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;

    private static string Compose(IReadOnlyList<ConfigurationProblem> problems) =>
        string.Join('\n', problems.Select(problem => "  " + VisibleText.Of(problem.ToString())));
}
