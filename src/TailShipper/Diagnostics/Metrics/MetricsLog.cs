using System.Buffers;
using System.Text;
using System.Text.Json;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Shipper.Foundation.Files;
using Shipper.Foundation.Logging;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>Writes one JSON line per flow and interval, and one more when the service stops.</summary>
internal sealed class MetricsLog : IDisposable
{
    private const long RollAtBytes = 64L * 1024 * 1024;
    private const int KeptFiles = 5;

    // A thousand flows write a thousand lines, a few at a time.
    private const int FlowsPerWrite = 8;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<FlowReading>> _flows;
    private readonly EmbeddedMetrics? _embedded;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Serilog.Core.Logger _file;
    private readonly LinesFormatter _lines = new();
    private long _beats;

    /// <summary>
    /// A log at <paramref name="path"/>, rolled at 64 MiB, five files kept; its lines are CloudWatch's, too, unless
    /// <paramref name="space"/>, their namespace, is empty. <paramref name="agentNames"/> as <see cref="EmbeddedMetrics"/> has it.
    /// </summary>
    public MetricsLog(
        string path, TimeSpan interval, string space, bool agentNames, Func<IReadOnlyList<FlowReading>> flows, TimeProvider time,
        Microsoft.Extensions.Logging.ILogger logger)
    {
        (_flows, _interval, _time) = (flows, interval, time);
        _embedded = space.Length > 0 ? new EmbeddedMetrics(space, agentNames) : null;
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new LoggerConfiguration()
            .WriteTo.Sink(new AsDirectoryOwner(
                path,
                file => file.File(
                    _lines,
                    path,
                    fileSizeLimitBytes: RollAtBytes,
                    rollOnFileSizeLimit: true,
                    retainedFileCountLimit: KeptFiles,
                    hooks: new OwnerAndGroupOnly()),
                reason => DiagnosticsLog.CannotWrite(logger, path, reason),
                () => DiagnosticsLog.WrittenAgain(logger, path)))
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
    public void Dispose()
    {
        _file.Dispose();
        _lines.Dispose();
    }

    private void Write()
    {
        var now = _time.GetUtcNow();
        var flows = _flows();
        for (var index = 0; index < flows.Count; index++)
        {
            _lines.Add(now, flows[index], _embedded);
            if ((index + 1) % FlowsPerWrite == 0 || index == flows.Count - 1)
            {
                _file.Information("Metrics");
                _lines.Clear(); // also where the file cannot be written
            }
        }
    }

    /// <summary>
    /// Gives an event the lines added since the last was over. They are never a string: those of a thousand flows were most of what an idle
    /// service had to collect (bench/).
    /// </summary>
    private sealed class LinesFormatter : ITextFormatter, IDisposable
    {
        private readonly ArrayBufferWriter<byte> _text = new(8192);
        private readonly Utf8JsonWriter _json;

        public LinesFormatter() => _json = new Utf8JsonWriter(_text);

        public void Add(DateTimeOffset at, in FlowReading flow, EmbeddedMetrics? embedded)
        {
            _json.Reset();
            MetricsLine.Write(_json, at, flow, embedded);
            _text.Write("\n"u8);
        }

        public void Format(LogEvent logEvent, TextWriter output)
        {
            var text = ArrayPool<char>.Shared.Rent(_text.WrittenCount);
            output.Write(text, 0, Encoding.UTF8.GetChars(_text.WrittenSpan, text));
            ArrayPool<char>.Shared.Return(text);
        }

        public void Clear() => _text.ResetWrittenCount();

        public void Dispose() => _json.Dispose();
    }
}
