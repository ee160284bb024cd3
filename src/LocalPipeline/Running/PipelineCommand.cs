using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Running;

/// <summary>Prepares a run, carries it out, and prints its result.</summary>
internal static class PipelineCommand
{
    // The exit code of a shell after Ctrl-C.
    private const int Interrupted = 130;
    private const string DefaultStream = "orders";

    /// <summary>Runs the pipeline; returns the exit code.</summary>
    /// <exception cref="ConfigurationException">The settings are invalid; it has all problems.</exception>
    public static async Task<int> RunAsync(RunRequest request)
    {
        if (OperatingSystem.IsWindows())
        {
            return await FailAsync("runs only on Linux, because it stops the processes with signals");
        }

        var (options, stream, table, format) = Read(request);
        try
        {
            using var directory = RunDirectory.Open(request.Directory, TimeProvider.System.GetUtcNow());
            var settings = new ServiceSettings(request, directory, stream);
            await File.WriteAllTextAsync(directory.Defaults, settings.Defaults());
            if (directory.Cleared)
            {
                await Console.Out.WriteLineAsync($"Cleared the files of an earlier run in {directory.DisplayPath}.");
            }

            await Console.Out.WriteLineAsync($"All files are in {directory.DisplayPath}, the objects below its s3/.");
            if (table == LakeTable.None && !request.NoLake)
            {
                await Console.Out.WriteLineAsync($"There is no table for lines of {format}; the lake is left out.");
            }

            using var signals = new StopSignals();
            var run = new PipelineRun(request, options, directory, settings, table, signals, TimeProvider.System);
            var outcome = await Screen.RunAsync(
                directory.DisplayPath,
                screen => run.RunAsync(table == LakeTable.None ? screen : new StatusScreen(screen, directory.Status)));
            return await PrintAsync(outcome, request.Faults, directory.LookAtAnObject());
        }
        catch (ForeignDirectoryException exception)
        {
            return await FailAsync(exception.Message, ExitCodes.Usage);
        }
        catch (ProcessFailedException exception)
        {
            var invalid = exception.ExitCode == ExitCodes.Configuration;
            return await FailAsync(exception.Message, invalid ? ExitCodes.Configuration : ExitCodes.Fault);
        }
        catch (Exception exception)
            when (exception is PipelineException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return await FailAsync(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(
                "interrupted; nothing was verified. What was delivered is below "
                + Path.Join(RunDirectory.Relative(request.Directory), "s3"),
                Interrupted);
        }
    }

    private static async Task<int> PrintAsync(RunOutcome outcome, bool faults, string? look)
    {
        foreach (var line in RunReport.Lines(outcome))
        {
            await Console.Out.WriteLineAsync(line);
        }

        if (look is not null)
        {
            await Console.Out.WriteLineAsync($"look at one: {look}");
        }

        foreach (var warning in RunReport.Warnings(outcome, faults))
        {
            await Console.Error.WriteLineAsync($"{CommandLine.Program}: {warning}");
        }

        return outcome.ExitCode;
    }

    private static (PipelineOptions Options, string Stream, LakeTable Table, string? Format) Read(RunRequest request)
    {
        var problems = new ConfigurationProblems();
        var configuration = ServiceConfiguration.Build(request.ConfigFiles, request.Settings, problems);
        LogLevels.Read(configuration, problems);
        ServiceSettings.CheckReserved(request.Settings, problems);
        var options = StrictBinder.Bind<PipelineOptions>(configuration.GetSection(PipelineOptions.Section), problems);
        if (options.DrainPatience < TimeSpan.FromSeconds(1) || options.DrainPatience > TimeSpan.FromDays(1))
        {
            problems.Add(
                "Pipeline:DrainPatience", options.DrainPatience.ToString("c"), "is out of range", "Write a duration from 1s to 1d");
        }

        problems.ThrowIfAny();
        var stream = configuration["Shipper:Flows:0:DeliveryStream"] is { Length: > 0 } named ? named : DefaultStream;
        var table = request.NoLake ? LakeTable.None : LakeTables.For(configuration);
        return (options, stream, table, configuration[LakeTables.FormatKey]);
    }

    private static async Task<int> FailAsync(string message, int exitCode = ExitCodes.Fault)
    {
        await Console.Error.WriteLineAsync($"{CommandLine.Program}: {message}");
        return exitCode;
    }
}

/// <summary>The section <c>Pipeline</c> of the configuration.</summary>
internal sealed class PipelineOptions : IOptionSection
{
    /// <summary>The section's name.</summary>
    public const string Section = "Pipeline";

    /// <summary>How long the drain continues without new acknowledgements, 1 s to 1 d; default 60 s.</summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<PipelineOptions> Table = new OptionTable<PipelineOptions>()
        .Value(nameof(DrainPatience), options => options.DrainPatience, (options, value) => options.DrainPatience = value);

    OptionTable IOptionSection.Settings => Table;
}
