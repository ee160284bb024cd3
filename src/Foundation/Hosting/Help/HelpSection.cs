namespace Shipper.Foundation.Hosting.Help;

/// <summary>A part of the help of a command beside its arguments and options.</summary>
/// <param name="Title">Its heading, as a sentence begins: "Exit codes".</param>
/// <param name="Entries">What it explains, in this order.</param>
internal sealed record HelpSection(string Title, params IReadOnlyList<HelpEntry> Entries)
{
    /// <summary>A section of command lines and what they do.</summary>
    public static HelpSection Examples(params IReadOnlyList<HelpEntry> entries) => new("Examples", entries);

    /// <summary>A section of exit codes.</summary>
    public static HelpSection ExitCodes(params IReadOnlyList<HelpEntry> entries) => new("Exit codes", entries);
}
