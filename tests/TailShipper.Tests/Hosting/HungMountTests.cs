using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting;

/// <summary>A mount that never answers, on real threads.</summary>
public sealed class HungMountTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("hung-").FullName;
    private readonly HungFiles _files = new();

    [Fact]
    public async Task One_hung_path_neither_stops_other_flows_nor_keeps_the_service_from_ending()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Join(_top, "app.log"), "line\n", cancellation);
        var options = new ShipperOptions { StateDirectory = Path.Join(_top, "state"), ShutdownTimeout = TimeSpan.FromSeconds(1) };
        options.Metrics.Path = "";
        options.Endpoint.Socket = "";
        options.Flows.Add(new FlowOptions { Name = "hung", DeliveryStream = "hung", Paths = [HungFiles.Directory + "/*.log"] });
        options.Flows.Add(new FlowOptions
        {
            Name = "well",
            DeliveryStream = "well",
            Paths = [_top + "/*.log"],
            MaxBatchAge = TimeSpan.FromMilliseconds(1),
        });
        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new Taker(delivered);
        var setup = new ShipperSetup(options, LogLevels.Read(new ConfigurationBuilder().Build(), new ConfigurationProblems()));
        using var levels = new LogLevelControl(setup.Levels, TimeProvider.System);
        using var signal = new ReloadSignal();
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton<IHostApplicationLifetime>(new NoLifetime())
            .AddSingleton<ISupervisor>(new NoSupervisor())
            .AddSingleton(new RecentEvents())
            .AddSingleton(levels)
            .AddSingleton(new Disk(_files))
            .AddSingleton<IDeliveryClients>(client)
            .AddTailShipper(new ReloadSource(setup, () => setup, signal))
            .BuildServiceProvider();
        var service = services.GetRequiredService<ShipperService>();
        var end = services.GetRequiredService<ServiceEnd>();

        await service.StartAsync(cancellation);
        await _files.Hangs.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        await delivered.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        Assert.Null(end.Fault);
        await File.AppendAllTextAsync(Path.Join(_top, "app.log"), "goes on\n", cancellation);

        var watch = Stopwatch.StartNew();
        await service.StopAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(15));
        Assert.Null(end.Fault);
    }

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_top, recursive: true);
    }

    private sealed class Taker(TaskCompletionSource taken) : IDeliveryClient, IDeliveryClients
    {
        public IDeliveryClient For(DestinationKind kind) => this;

        public Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
        {
            taken.TrySetResult();
            return Task.FromResult(new CallAnswer { Status = 200 });
        }
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }

    private sealed class HungFiles : IFileSystem, IDisposable
    {
        public const string Directory = "/mnt/hung";

        private readonly PhysicalFileSystem _real = new();
        private readonly ManualResetEventSlim _release = new();
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hangs => _hangs.Task;

        public PathStat Stat(string path) => _real.Stat(path);

        public OpenAttempt Open(string path) => _real.Open(path);

        public Listing List(string directory, KnownPath? known = null)
        {
            if (directory == Directory)
            {
                _hangs.TrySetResult();
                _release.Wait();
            }

            return _real.List(directory, known);
        }

        public void Dispose() => _release.Set();
    }
}
