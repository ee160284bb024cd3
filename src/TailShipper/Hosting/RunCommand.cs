using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Firehose;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Platform;

namespace Shipper.TailShipper.Hosting;

/// <summary><c>tailshipper run</c>: the service itself.</summary>
internal static class RunCommand
{
    // The host must wait longer than the service's own budget, or it would give up first.
    private static readonly TimeSpan HostGrace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until a signal or a fault; 0 after a clean stop.</summary>
    /// <exception cref="AlreadyRunningException">Another instance holds the state directory.</exception>
    /// <exception cref="Checkpoints.CheckpointsUnusableException">Checkpoints exist and none can be used.</exception>
    public static async Task<int> RunAsync(ShipperSetup setup)
    {
        using var secondSignal = new SecondSignal();
        using var host = Build(setup);
        var service = host.Services.GetRequiredService<ShipperService>(); // running the host disposes of it
        await host.RunAsync();
        return service.Fault is null ? ExitCodes.Success : throw service.Fault;
    }

    private static IHost Build(ShipperSetup setup)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = setup.Options.ShutdownTimeout + HostGrace);
        var (recent, levels) = (new RecentEvents(), new LogLevelControl(setup.Configuration, TimeProvider.System));
        builder.Logging.AddServiceLogging(setup.Configuration, new LogSetup
        {
            RollingFile = ShipperDirectories.RollingLog(setup.Options),
            JsonFile = setup.Options.Log.Format == LogFormat.Json,
            Levels = levels,
            Recent = recent,
            AlwaysSaid = LossEvents.Ids,
        });
        builder.Services
            .AddSingleton(setup.Options)
            .AddSingleton(setup.Options.Aws)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IFileSystem, PhysicalFileSystem>()
            .AddSingleton(new ChunkPool(setup.Options.MaxBufferBytes))
            .AddSingleton(services => new HandleBudget(LogFiles(setup.Options), TimeProvider.System, services.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Service")))
            .AddSingleton(new Random())
            .AddSingleton(recent)
            .AddSingleton(levels)
            .AddFirehose()
            .AddSingleton<FlowFactory>()
            .AddSingleton<ShipperService>()
            .AddHostedService(services => services.GetRequiredService<ShipperService>());
        return builder.Build();
    }

    private static int LogFiles(ShipperOptions options) => options.MaxOpenFiles > 0
        ? options.MaxOpenFiles
        : DescriptorLimit.LogFiles(options.Flows.Count, options.MaxCallsInFlight);
}
