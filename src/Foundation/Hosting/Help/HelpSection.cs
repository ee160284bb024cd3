namespace Shipper.Foundation.Hosting.Help;

/// <summary>A term and its explanation.</summary>
/// <param name="Term">A code, file, variable or command line; empty for a sentence on its own.</param>
/// <param name="Text">The explanation; may be empty.</param>
internal readonly record struct HelpEntry(string Term, string Text);

/// <summary>A section in the help of a command, after its arguments and options.</summary>
/// <param name="Title">Its heading, in sentence case: "Exit codes".</param>
/// <param name="Entries">The entries, in this order.</param>
internal sealed record HelpSection(string Title, params IReadOnlyList<HelpEntry> Entries)
{
    /// <summary>A section of command lines and what they do.</summary>
    public static HelpSection Examples(params IReadOnlyList<HelpEntry> entries) => new("Examples", entries);

    /// <summary>A section of exit codes.</summary>
    public static HelpSection ExitCodes(params IReadOnlyList<HelpEntry> entries) => new("Exit codes", entries);

    /// <summary>The layers of the configuration.</summary>
    /// <param name="rule">How the layers are combined.</param>
    /// <param name="files">Which files are read, weakest first; null for those of a program with usual values beside it.</param>
    /// <param name="variable">An example of an environment variable, with its value.</param>
    /// <param name="keys">Which settings are needed.</param>
    public static HelpSection Configuration(string rule, string variable, string keys, IReadOnlyList<string>? files = null)
    {
        string[] layers =
        [
            .. files ??
            [
                "appsettings.json beside the executable", "appsettings.json in CONFIGURATION_DIRECTORY",
                "each --config FILE, in the order given",
            ],
            $"environment variables: {variable} (two underscores mean a colon)",
            "each --set Key:Path=value",
        ];
        return new HelpSection(
            "Configuration",
            [
                new HelpEntry("", rule),
                .. layers.Select((layer, index) => new HelpEntry(
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{index + 1}."), layer)),
                new HelpEntry("", keys),
            ]);
    }

    /// <summary>A section of environment variables: those of the program, then those that every service reads.</summary>
    public static HelpSection Environment(params IEnumerable<HelpEntry> own) => new(
        "Environment",
        [
            .. own,
            new HelpEntry(
                "NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "set by systemd: where readiness, status and the watchdog are reported"),
            new HelpEntry("JOURNAL_STREAM", "set by systemd: log lines have a priority and no time"),
        ]);
}

/// <summary>A command with help beyond its arguments and options.</summary>
internal interface IExplained
{
    /// <summary>The additional sections.</summary>
    IReadOnlyList<HelpSection> Sections { get; }
}
