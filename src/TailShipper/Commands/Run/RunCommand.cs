using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Shared.Finding;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Run;

/// <summary><c>tailshipper run</c>: the service itself.</summary>
internal static class RunCommand
{
    // Where a link that is not followed leads to: a hint at paths that whoever asks may not know.
    private static readonly string[] HiddenInStatus = ["Target"];

    // The host must wait longer than the service's own budget, or it would give up first.
    private static readonly TimeSpan HostGrace = TimeSpan.FromSeconds(5);

    private static readonly Option<string?> LogLevel = CreateLogLevel();

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var command = new ExplainedCommand(
            "run",
            "Run the service (default): tail the files of every flow and ship them until told to stop.",
            HelpSection.Examples(new HelpEntry("tailshipper run --config /etc/tailshipper/appsettings.json", "as the service does")),
            ShipperHelp.Configuration, ShipperHelp.Files, ShipperHelp.Environment, ShipperHelp.Signals, ShipperHelp.ExitCodes)
        {
            LogLevel,
        };
        command.SetAction((result, _) => RunAsync(loader, result));
        return command;
    }

    private static Option<string?> CreateLogLevel()
    {
        var option = new Option<string?>("--log-level")
        {
            Description = "Verbose, Debug, Information, Warning, Error or Fatal: instead of the configured Serilog:MinimumLevel:Default.",
            HelpName = "LEVEL",
        };
        option.CompletionSources.Add(LogLevelWords.All);
        option.Validators.Add(LogLevelWords.Check);
        return option;
    }

    /// <summary>Runs under whoever started the process; the result is the exit code.</summary>
    public static Task<int> RunAsync(SetupLoader loader, ParseResult result) =>
        Supervision.RunAsync(
            "tailshipper",
            supervisor => RunAsync(() => loader.LoadToRun(result, SettingsOf(result)), () => loader.AgentOf(result), supervisor));

    private static IReadOnlyList<string> SettingsOf(ParseResult result) =>
        result.GetResult(LogLevel) is not null && result.GetValue(LogLevel) is { } level ? [$"Serilog:MinimumLevel:Default={level}"] : [];

    /// <summary>Runs until a signal or a fault; 0 after a clean stop.</summary>
    /// <param name="load">Reads the configuration; called again for a reload.</param>
    /// <param name="agent">Finds the agent's configuration that is watched; null for none. Called once the configuration is read.</param>
    /// <param name="supervisor">Who started it.</param>
    /// <exception cref="StartRefusedException">Something outside must be fixed first: the message says what.</exception>
    /// <exception cref="Foundation.Configuration.ConfigurationException">The configuration cannot be used.</exception>
    private static async Task<int> RunAsync(Func<ShipperSetup> load, Func<AgentFiles?> agent, ISupervisor supervisor)
    {
        ServiceEnvironment.CheckDescriptors();
        ServiceEnvironment.AdoptCredentials();
        using var secondSignal = new SecondSignal();
        using var reload = new ReloadSignal();
        using var host = Build(new ReloadSource(load(), load, reload), supervisor);
        var end = host.Services.GetRequiredService<ServiceEnd>(); // running the host disposes of it
        secondSignal.Lead(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
        if (secondSignal.Seen)
        {
            return ExitCodes.Success; // asked to stop before anything was started
        }

        using var ended = new CancellationTokenSource();
        var watch = agent() is { } files
            ? new AgentFilesWatch(files, reload.Raise, TimeProvider.System).RunAsync(ended.Token) : Task.CompletedTask;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (secondSignal.Seen)
        {
            // Asked to stop while it started.
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }

        return end.Fault is null ? ExitCodes.Success : throw end.Fault;
    }

    private static IHost Build(ReloadSource source, ISupervisor supervisor)
    {
        var setup = source.Current;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = setup.Options.ShutdownTimeout + HostGrace);
        var (recent, levels) = (new RecentEvents(HiddenInStatus), new LogLevelControl(setup.Levels, TimeProvider.System));
        builder.Logging.AddServiceLogging(setup.Levels, new LogSetup
        {
            RollingFile = ShipperDirectories.RollingLog(setup.Options),
            JsonFile = setup.Options.Log.Format == LogFormat.Json,
            JsonConsole = setup.Options.Log.Console == LogFormat.Json,
            Recent = recent,
            AlwaysWritten = LossEvents.Ids,
            FileFailed = HostingLog.CannotWriteFile,
            FileRecovered = HostingLog.FileWrittenAgain,
        });
        builder.Services
            .AddSingleton(supervisor)
            .AddSingleton(recent)
            .AddSingleton(levels)
            .AddTailShipper(source);
        return builder.Build();
    }
}
