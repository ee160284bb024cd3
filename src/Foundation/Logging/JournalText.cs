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
        var priority = logEvent.Level switch
        {
            LogEventLevel.Fatal => 2,
            LogEventLevel.Error => 3,
            LogEventLevel.Warning => 4,
            LogEventLevel.Information => 6,
            _ => 7,
        };
        var text = $"{LogText.MarkOf(logEvent)} {LogEvents.TextOf(logEvent)}\n{LogEvents.ExceptionOf(logEvent)}";
        var first = true;
        foreach (var line in text[..^1].Split('\n'))
        {
            // What follows a line of a message is indented; an exception is already.
            output.Write($"<{priority}>{(first || line.StartsWith("  ", StringComparison.Ordinal) ? "" : "  ")}{line}\n");
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
