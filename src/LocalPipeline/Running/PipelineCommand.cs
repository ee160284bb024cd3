using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Running;

/// <summary>Prepares a run, carries it out, and prints how it came out.</summary>
internal static class PipelineCommand
{
    // The shell's convention for an end by Ctrl-C.
    private const int Interrupted = 130;
    private const string DefaultStream = "orders";

    /// <summary>Runs; the result is the exit code.</summary>
    /// <exception cref="ConfigurationException">With every problem of the settings.</exception>
    public static async Task<int> RunAsync(RunRequest request)
    {
        if (OperatingSystem.IsWindows())
        {
            return await FailAsync("runs on Linux only: it stops the three processes with signals");
        }

        var (options, stream) = Read(request);
        try
        {
            using var directory = RunDirectory.Open(request.Directory, TimeProvider.System.GetUtcNow());
            var settings = new ChildSettings(request, directory, stream);
            await File.WriteAllTextAsync(directory.Defaults, settings.Defaults());
            if (directory.Replaced)
            {
                await Console.Out.WriteLineAsync($"Cleared what an earlier run had left in {directory.Shown}.");
            }

            await Console.Out.WriteLineAsync($"Everything goes to {directory.Shown}, the objects below its s3/.");
            using var signals = new StopSignals();
            var run = new PipelineRun(request, options, directory, settings, signals, TimeProvider.System);
            var outcome = await Screen.RunAsync(directory.Shown, run.RunAsync);
            return await TellAsync(outcome, request.Faults);
        }
        catch (DirectoryNotOursException exception)
        {
            return await FailAsync(exception.Message, ExitCodes.Usage);
        }
        catch (ChildEndedException exception)
        {
            return await FailAsync(exception.Message, exception.ExitCode == ExitCodes.Configuration ? ExitCodes.Configuration : ExitCodes.Fault);
        }
        catch (Exception exception) when (exception is PipelineException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return await FailAsync(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync("given up; nothing was verified", Interrupted);
        }
    }

    private static async Task<int> TellAsync(Outcome outcome, bool faults)
    {
        foreach (var line in Report.Lines(outcome))
        {
            await Console.Out.WriteLineAsync(line);
        }

        foreach (var warning in Report.Warnings(outcome, faults))
        {
            await Console.Error.WriteLineAsync($"{CommandLine.Program}: {warning}");
        }

        return outcome.ExitCode;
    }

    private static (PipelineOptions Options, string Stream) Read(RunRequest request)
    {
        var problems = new ConfigurationProblems();
        var configuration = ServiceConfiguration.Build(request.ConfigFiles, request.Settings, problems);
        LogLevels.Read(configuration, problems);
        ChildSettings.CheckReserved(request.Settings, problems);
        var options = StrictBinder.Bind<PipelineOptions>(configuration.GetSection(PipelineOptions.Section), problems);
        if (options.DrainPatience < TimeSpan.FromSeconds(1) || options.DrainPatience > TimeSpan.FromDays(1))
        {
            problems.Add("Pipeline:DrainPatience", options.DrainPatience.ToString("c"), "is out of range", "Write a duration from 1s to 1d");
        }

        problems.ThrowIfAny();
        return (options, configuration["Shipper:Flows:0:DeliveryStream"] is { Length: > 0 } stream ? stream : DefaultStream);
    }

    private static async Task<int> FailAsync(string message, int exitCode = ExitCodes.Fault)
    {
        await Console.Error.WriteLineAsync($"{CommandLine.Program}: {message}");
        return exitCode;
    }
}

/// <summary>The <c>Pipeline</c> section.</summary>
internal sealed class PipelineOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Pipeline";

    /// <summary>How long the drain goes on while nothing more is acknowledged. 1 s to 1 d; default 60 s.</summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(60);
}
