namespace Shipper.Foundation.Configuration;

/// <summary>The configuration cannot be used; the process ends with <see cref="Hosting.ExitCodes.Configuration"/>.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(Compose(problems))
{
    /// <summary>Every problem, not only the first.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;

    private static string Compose(IReadOnlyList<ConfigurationProblem> problems) =>
        string.Join(Environment.NewLine, problems.Select(problem => "  " + problem));
}
