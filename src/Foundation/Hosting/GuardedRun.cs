using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Hosting;

/// <summary>Turns what an executable throws into one clear message on standard error and an exit code.</summary>
internal static class GuardedRun
{
    /// <summary>Runs <paramref name="body"/>; configuration problems give 78, any other exception 1 with its message.</summary>
    public static async Task<int> RunAsync(string program, Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (ConfigurationException exception)
        {
            var count = exception.Problems.Count;
            await Console.Error.WriteLineAsync($"{program}: the configuration has {count} problem{(count == 1 ? "" : "s")}:");
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.Configuration;
        }
        catch (AlreadyRunningException exception)
        {
            await Console.Error.WriteLineAsync($"{program}: {exception.Message}");
            return ExitCodes.AlreadyRunning;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"{program}: stopped by a fault: {exception}");
            return ExitCodes.Fault;
        }
    }
}
