using Shipper.Foundation.Configuration;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Hosting;

/// <summary>Turns what an executable throws into one message on standard error and an exit code.</summary>
internal static class GuardedRun
{
    /// <summary>Runs <paramref name="body"/>; what it throws becomes a message and the exit code of <see cref="CodeOf"/>.</summary>
    public static async Task<int> RunAsync(string program, Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(VisibleText.OfLines($"{program}: {Describe(exception)}"));
            return CodeOf(exception);
        }
        finally
        {
            TerminalKeypad.Restore();
        }
    }

    /// <summary>The exit code of a process that <paramref name="exception"/> ended.</summary>
    public static int CodeOf(Exception exception) => exception switch
    {
        ConfigurationException => ExitCodes.Configuration,
        StartRefusedException refused => refused.ExitCode,
        _ => ExitCodes.Fault,
    };

    /// <summary>The message for people: a sentence where one explains it, everything for an unexpected error.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        ConfigurationException { Problems.Count: var count } =>
            $"the configuration has {count} problem{(count == 1 ? "" : "s")}:\n{exception.Message}",
        StartRefusedException => exception.Message,
        _ => $"stopped by an unexpected error: {exception}",
    };
}

/// <summary>
/// The service does not start, for a reason that the message gives in one sentence, with what to do. A stack trace would be of no use.
/// </summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="exitCode">The exit code of the process; one of <see cref="ExitCodes"/>.</param>
/// <param name="inner">The cause; null when no exception was.</param>
internal class StartRefusedException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>Another instance holds what this one needs; the process ends with <see cref="ExitCodes.AlreadyRunning"/>.</summary>
internal sealed class AlreadyRunningException(string message) : StartRefusedException(message, ExitCodes.AlreadyRunning);
