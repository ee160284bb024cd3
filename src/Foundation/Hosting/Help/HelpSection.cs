namespace Shipper.Foundation.Hosting.Help;

/// <summary>One thing that is explained.</summary>
/// <param name="Term">What: a code, a file, a variable, a command line; empty for a sentence that stands by itself.</param>
/// <param name="Text">The explanation; may be empty.</param>
internal readonly record struct HelpEntry(string Term, string Text);

/// <summary>A part of the help of a command beside its arguments and options.</summary>
/// <param name="Title">Its heading, as a sentence begins: "Exit codes".</param>
/// <param name="Entries">What it explains, in this order.</param>
internal sealed record HelpSection(string Title, params IReadOnlyList<HelpEntry> Entries)
{
    /// <summary>A section of command lines and what they do.</summary>
    public static HelpSection Examples(params IReadOnlyList<HelpEntry> entries) => new("Examples", entries);

    /// <summary>A section of exit codes.</summary>
    public static HelpSection ExitCodes(params IReadOnlyList<HelpEntry> entries) => new("Exit codes", entries);

    /// <summary>The layers of a configuration, which are the same for every program.</summary>
    /// <param name="rule">How they come together.</param>
    /// <param name="variable">An environment variable that sets something, with its value.</param>
    /// <param name="keys">What may or must be said.</param>
    public static HelpSection Configuration(string rule, string variable, string keys) => new(
        "Configuration",
        new HelpEntry("", rule),
        new HelpEntry("1.", "appsettings.json beside the executable"),
        new HelpEntry("2.", "appsettings.json in CONFIGURATION_DIRECTORY"),
        new HelpEntry("3.", "each --config FILE, in the order given"),
        new HelpEntry("4.", $"environment variables: {variable} (two underscores stand for a colon)"),
        new HelpEntry("5.", "each --set Key:Path=value"),
        new HelpEntry("", keys));

    /// <summary>The variables of a program and, after them, those that every service reads.</summary>
    public static HelpSection Environment(params IEnumerable<HelpEntry> own) => new(
        "Environment",
        [
            .. own,
            new HelpEntry("NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "set by systemd: where readiness, status and heartbeats are told"),
            new HelpEntry("JOURNAL_STREAM", "set by systemd: log lines carry their priority and no time"),
        ]);
}

/// <summary>A command that explains more than its arguments and options.</summary>
internal interface IExplained
{
    /// <summary>What more there is to say.</summary>
    IReadOnlyList<HelpSection> Sections { get; }
}
