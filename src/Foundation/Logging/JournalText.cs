using Serilog.Events;
using Serilog.Formatting;

namespace Shipper.Foundation.Logging;

/// <summary>
/// Lines for systemd's journal: each begins with its priority, which the journal removes, and has no time, which the journal adds.
/// </summary>
internal sealed class JournalText : ITextFormatter
{
    private const string SocketLink = "socket:[";

    /// <summary>
    /// True when standard error is connected to the journal: systemd sets JOURNAL_STREAM, and nothing has redirected it since.
    /// </summary>
    public static bool IsStandardError() =>
        OperatingSystem.IsLinux() && IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), LinkOfStandardError());

    /// <summary>
    /// True when the socket that <paramref name="link"/> names is the one that <paramref name="variable"/> names as device:inode.
    /// </summary>
    public static bool IsJournal(string? variable, string? link) =>
        variable?.Split(':') is [_, var inode] && inode.Length > 0 && link == $"{SocketLink}{inode}]";

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        // sd-daemon(3): 2 critical, 3 error, 4 warning, 6 information, 7 debug.
        var (priority, word) = logEvent.Level switch
        {
            LogEventLevel.Fatal => (2, "FTL"),
            LogEventLevel.Error => (3, "ERR"),
            LogEventLevel.Warning => (4, "WRN"),
            LogEventLevel.Information => (6, "INF"),
            LogEventLevel.Debug => (7, "DBG"),
            _ => (7, "VRB"),
        };
        var text = LogEvents.TextOf(logEvent) + (logEvent.Exception is { } exception ? $"\n{exception}" : "");
        var first = true;
        foreach (var line in text.Split('\n'))
        {
            output.Write($"<{priority}>{(first ? $"[{word}] " : "  ")}{line.TrimEnd('\r')}\n");
            first = false;
        }
    }

    private static string? LinkOfStandardError()
    {
        try
        {
            return new FileInfo("/proc/self/fd/2").LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
