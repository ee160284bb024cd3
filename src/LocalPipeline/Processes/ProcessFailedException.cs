using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Processes;

/// <summary>A process ended too early or with an error. The message contains the last lines of its log.</summary>
internal sealed class ProcessFailedException : Exception
{
    private const int LastLines = 8;

    private ProcessFailedException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; }

    /// <summary>Checks that all <paramref name="children"/> are running.</summary>
    /// <exception cref="ProcessFailedException">One of them has ended.</exception>
    public static async Task ThrowIfEndedAsync(params IChildProcess[] children)
    {
        foreach (var child in children.Where(child => child.Ended.IsCompleted))
        {
            throw For(child, await child.Ended);
        }
    }

    /// <summary>Waits for the end of a process and checks its exit code.</summary>
    /// <exception cref="ProcessFailedException">The exit code is not 0.</exception>
    public static async Task ThrowIfFailedAsync(IChildProcess child)
    {
        var exitCode = await child.Ended;
        if (exitCode != 0)
        {
            throw For(child, exitCode);
        }
    }

    private static ProcessFailedException For(IChildProcess child, int exitCode)
    {
        // The shell reports a signal as 128 plus its number.
        var how = exitCode > 128 ? $"was ended by signal {exitCode - 128}" : $"ended with exit code {exitCode}";
        var lines = LastLinesOf(child.LogPath);
        if (lines.Count == 0)
        {
            return new ProcessFailedException($"the {child.Name} {how} and logged nothing", exitCode);
        }

        var text = string.Join(Environment.NewLine, lines.Select(line => "  " + line));
        var log = RunDirectory.Relative(child.LogPath);
        return new ProcessFailedException(
            $"the {child.Name} {how}; the last lines of its log (all of it is in {log}):{Environment.NewLine}{text}", exitCode);
    }

    private static bool IsStackTrace(string line) => line.TrimStart() is var text
        && (text.StartsWith("at ", StringComparison.Ordinal) || text.StartsWith("--- End of ", StringComparison.Ordinal));

    private static List<string> LastLinesOf(string path)
    {
        try
        {
            // A stack trace would hide the messages; it remains in the log.
            return [.. File.ReadLines(path).Where(line => !IsStackTrace(line)).TakeLast(LastLines)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}

/// <summary>The run cannot continue; the message says why.</summary>
internal sealed class PipelineException(string message) : Exception(message);
