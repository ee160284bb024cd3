using System.Buffers;
using System.Globalization;
using Serilog;
using Shipper.Foundation.Files;
using Shipper.Foundation.Logging;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>Writes one JSON line per flow and interval, and one more when the service stops.</summary>
internal sealed class MetricsLog : IDisposable
{
    private const long RollAtBytes = 64L * 1024 * 1024;
    private const int KeptFiles = 5;

    // A thousand flows write a thousand lines. The text stays below 85,000 bytes, from which on a string is collected with the oldest only.
    private const int FlowsPerWrite = 8;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<FlowReading>> _flows;
    private readonly EmbeddedMetrics? _embedded;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Serilog.Core.Logger _file;
    private long _beats;

    /// <summary>
    /// A log at <paramref name="path"/>, rolled at 64 MiB, five files kept; its lines are CloudWatch's, too, unless
    /// <paramref name="space"/>, their namespace, is empty. <paramref name="agentNames"/> as <see cref="EmbeddedMetrics"/> has it.
    /// </summary>
    public MetricsLog(
        string path, TimeSpan interval, string space, bool agentNames, Func<IReadOnlyList<FlowReading>> flows, TimeProvider time)
    {
        (_flows, _interval, _time) = (flows, interval, time);
        _embedded = space.Length > 0 ? new EmbeddedMetrics(space, agentNames) : null;
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new LoggerConfiguration()
            .WriteTo.Sink(new AsDirectoryOwner(path, file => file.File(
                path,
                outputTemplate: "{Message:l}{NewLine}",
                formatProvider: CultureInfo.InvariantCulture,
                fileSizeLimitBytes: RollAtBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: KeptFiles,
                hooks: new OwnerAndGroupOnly())))
            .CreateLogger();
    }

    /// <summary>Rises every second as long as the loop makes progress.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Writes until cancelled, then once more. The flows must have ended by then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_interval < Beat ? _interval : Beat, _time);
        var last = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Volatile.Write(ref _beats, _beats + 1);
                if (_time.GetElapsedTime(last) + (timer.Period / 2) >= _interval)
                {
                    last = _time.GetTimestamp();
                    Write();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Write();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write()
    {
        var now = _time.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(8192);
        foreach (var flows in _flows().Chunk(FlowsPerWrite))
        {
            var lines = flows.Select(flow => MetricsLine.Compose(now, flow.Counters, flow.Degraded, _embedded, buffer));
            _file.Information("{Lines:l}", string.Join(Environment.NewLine, lines));
        }
    }
}
