using System.Globalization;
using Serilog;
using Shipper.Foundation.Files;
using Shipper.Foundation.Logging;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>Writes one JSON line per flow and interval, and one more when the service stops.</summary>
internal sealed class MetricsLog : IDisposable
{
    private const long RollAtBytes = 64L * 1024 * 1024;
    private const int KeptFiles = 5;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Func<IEnumerable<(FlowCounters Counters, FlowHealth Health)>> _flows;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Serilog.Core.Logger _file;
    private long _beats;

    /// <summary>A log at <paramref name="path"/>, rolled at 64 MiB, five files kept.</summary>
    public MetricsLog(string path, TimeSpan interval, Func<IEnumerable<(FlowCounters Counters, FlowHealth Health)>> flows, TimeProvider time)
    {
        (_flows, _interval, _time) = (flows, interval, time);
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new LoggerConfiguration()
            .WriteTo.File(
                path,
                outputTemplate: "{Message:l}{NewLine}",
                formatProvider: CultureInfo.InvariantCulture,
                fileSizeLimitBytes: RollAtBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: KeptFiles,
                hooks: new OwnerAndGroupOnly())
            .CreateLogger();
    }

    /// <summary>Rises every second as long as the loop turns; a watchdog looks at it.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Writes until cancelled, then once more.</summary>
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
            // The last line is written when everything has stopped.
        }
    }

    /// <summary>Writes one line per flow now.</summary>
    public void Write()
    {
        var now = _time.GetUtcNow();
        foreach (var (counters, health) in _flows())
        {
            _file.Information("{Line:l}", MetricsLine.Compose(now, counters, health.Reason));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
