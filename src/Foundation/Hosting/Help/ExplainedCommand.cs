using System.CommandLine;

namespace Shipper.Foundation.Hosting.Help;

/// <summary>A command with all that its help says.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, in a sentence or two: the list of commands shows it, too.</param>
/// <param name="sections">What more there is to say.</param>
internal sealed class ExplainedCommand(string name, string description, params IReadOnlyList<HelpSection> sections) : Command(name, description), IExplained
{
    /// <inheritdoc/>
    public IReadOnlyList<HelpSection> Sections => sections;
}
