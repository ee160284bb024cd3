using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Hosting;

/// <summary>Turns what an executable throws into one clear message on standard error and an exit code.</summary>
internal static class GuardedRun
{
    /// <summary>Runs <paramref name="body"/>; what it throws becomes a message and the code that <see cref="CodeOf"/> gives it.</summary>
    public static async Task<int> RunAsync(string program, Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"{program}: {Describe(exception)}");
            return CodeOf(exception);
        }
    }

    /// <summary>What a process ends with that was ended by <paramref name="exception"/>.</summary>
    public static int CodeOf(Exception exception) => exception switch
    {
        ConfigurationException => ExitCodes.Configuration,
        StartRefusedException refused => refused.ExitCode,
        _ => ExitCodes.Fault,
    };

    /// <summary>What a person is told of <paramref name="exception"/>: a sentence where one explains it, all of it for a fault of ours.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        ConfigurationException { Problems.Count: var count } => $"the configuration has {count} problem{(count == 1 ? "" : "s")}:{Environment.NewLine}{exception.Message}",
        StartRefusedException => exception.Message,
        _ => $"stopped by a fault: {exception}",
    };
}

/// <summary>The service does not start, for a reason that its message says in one sentence with the remedy; no stack trace is of use.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="exitCode">What the process ends with; one of <see cref="ExitCodes"/>.</param>
/// <param name="inner">What it comes from; null when it was found by looking.</param>
internal class StartRefusedException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>Another instance holds what this one needs; the process ends with <see cref="ExitCodes.AlreadyRunning"/>.</summary>
internal sealed class AlreadyRunningException(string message) : StartRefusedException(message, ExitCodes.AlreadyRunning);
