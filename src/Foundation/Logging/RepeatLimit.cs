using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>
/// Limits repeated messages, so that an outage does not fill the log: of each kind of warning or error ten are written at once and one a
/// minute after that. How many were left out is logged once a minute. Everything below a warning passes.
/// </summary>
internal sealed class RepeatLimit : ILogEventSink, IDisposable
{
    private const int Burst = 10;
    private const int Kinds = 500;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(1);
    private static readonly MessageTemplate LeftOut = new Serilog.Parsing.MessageTemplateParser().Parse(
        "{Count} more messages like this were left out in the last minute (event {LeftOutId}): {Sample:l}");

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Id, string Text), Kind> _kinds = [];
    private readonly ILogger _inner;
    private readonly IReadOnlySet<int> _always;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Writes to <paramref name="inner"/>, and disposes of it with itself.</summary>
    /// <param name="inner">Takes the events that pass.</param>
    /// <param name="always">Ids of events that always pass.</param>
    /// <param name="time">The clock.</param>
    public RepeatLimit(ILogger inner, IReadOnlySet<int> always, TimeProvider time)
    {
        (_inner, _always, _time) = (inner, always, time);
        _timer = time.CreateTimer(_ => ReportLeftOut(), null, Refill, Refill);
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var id = logEvent.Level < LogEventLevel.Warning ? 0 : LogEvents.IdOf(logEvent);
        var kind = (id, id == 0 ? logEvent.MessageTemplate.Text : "");
        if (logEvent.Level < LogEventLevel.Warning || _always.Contains(id) || TryTake(kind, logEvent))
        {
            _inner.Write(logEvent);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        ReportLeftOut();
        (_inner as IDisposable)?.Dispose();
    }

    private bool TryTake((int Id, string Text) key, LogEvent logEvent)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (!_kinds.TryGetValue(key, out var kind))
            {
                // The code has fewer kinds of messages than this; libraries may compose texts without end.
                key = _kinds.Count < Kinds ? key : default;
                kind = _kinds.GetValueOrDefault(key) ?? (_kinds[key] = new Kind { Left = Burst, Since = now });
            }

            var earned = Math.Floor(_time.GetElapsedTime(kind.Since, now) / Refill);
            if (earned > 0)
            {
                kind.Left = Math.Min(Burst, kind.Left + (int)Math.Min(earned, Burst));
                kind.Since = now;
            }

            if (kind.Left > 0)
            {
                kind.Left--;
                return true;
            }

            kind.LeftOut++;
            kind.Last = logEvent;
            return false;
        }
    }

    private void ReportLeftOut()
    {
        List<(int Id, long Count, LogEvent Last)> said = [];
        lock (_lock)
        {
            foreach (var (key, kind) in _kinds)
            {
                if (kind.LeftOut > 0)
                {
                    said.Add((key.Id, kind.LeftOut, kind.Last!));
                    kind.LeftOut = 0;
                }
            }
        }

        foreach (var (id, count, last) in said)
        {
            var sample = LogEvents.TextOf(last);
            List<LogEventProperty> properties =
            [
                new("Count", new ScalarValue(count)), new("LeftOutId", new ScalarValue(id)), new("Sample", new ScalarValue(sample)),
            ];
            if (last.Properties.TryGetValue("UtcTime", out var utc))
            {
                properties.Add(new LogEventProperty("UtcTime", utc));
            }

            _inner.Write(new LogEvent(last.Timestamp, last.Level, null, LeftOut, properties));
        }
    }

    private sealed class Kind
    {
        public int Left { get; set; }

        public long Since { get; set; }

        public long LeftOut { get; set; }

        public LogEvent? Last { get; set; }
    }
}
