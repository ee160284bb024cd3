using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Processes;

/// <summary>A process ended that should not have, or did not end as it should.</summary>
internal sealed class ChildEndedException : Exception
{
    private const int LastLines = 8;

    private ChildEndedException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>What it ended with.</summary>
    public int ExitCode { get; }

    /// <summary>Throws when one of <paramref name="children"/>, which should be running, is not.</summary>
    /// <exception cref="ChildEndedException">With its last words.</exception>
    public static async Task ThrowIfEndedAsync(params IChild[] children)
    {
        foreach (var child in children.Where(child => child.Ended.IsCompleted))
        {
            throw For(child, await child.Ended);
        }
    }

    /// <summary>Waits for a process to end, and throws when its exit code is not 0.</summary>
    /// <exception cref="ChildEndedException">With its last words.</exception>
    public static async Task ThrowIfFailedAsync(IChild child)
    {
        var exitCode = await child.Ended;
        if (exitCode != 0)
        {
            throw For(child, exitCode);
        }
    }

    private static ChildEndedException For(IChild child, int exitCode)
    {
        // The shell's convention: 128 and the number of the signal.
        var how = exitCode > 128 ? $"was ended by signal {exitCode - 128}" : $"ended with exit code {exitCode}";
        var last = Tail(child.LogPath);
        return new ChildEndedException(
            last.Count == 0
                ? $"the {child.Name} {how} and said nothing"
                : $"the {child.Name} {how}; its last words (the rest is in {RunDirectory.Relative(child.LogPath)}):{Environment.NewLine}{string.Join(Environment.NewLine, last.Select(line => "  " + line))}",
            exitCode);
    }

    private static bool IsStackTrace(string line) => line.TrimStart() is var text
        && (text.StartsWith("at ", StringComparison.Ordinal) || text.StartsWith("--- End of ", StringComparison.Ordinal));

    private static List<string> Tail(string path)
    {
        try
        {
            // A stack trace would push the words out of sight; it is in the log.
            return [.. File.ReadLines(path).Where(line => !IsStackTrace(line)).TakeLast(LastLines)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}

/// <summary>The run cannot go on, for a reason that its message says in words.</summary>
internal sealed class PipelineException(string message) : Exception(message);
