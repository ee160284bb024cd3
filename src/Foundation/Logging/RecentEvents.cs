using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>A recent warning or error.</summary>
/// <param name="At">When it was last logged, UTC.</param>
/// <param name="Level">Warning, Error or Fatal.</param>
/// <param name="EventId">Its number; 0 when it has none.</param>
/// <param name="Text">Its last message, at most 500 characters.</param>
/// <param name="Times">How often it occurred, also when it was not written.</param>
internal sealed record RecentEvent(DateTimeOffset At, string Level, int EventId, string Text, long Times);

/// <summary>Keeps the latest warnings and errors, repeats as one, for the status of the service.</summary>
/// <param name="hidden">Names of values that are left out: those who may ask for the status may not all read the log.</param>
internal sealed class RecentEvents(params IEnumerable<string> hidden) : ILogEventSink
{
    private const int Kept = 20;
    private const int LongestText = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Id, string Of), RecentEvent> _events = [];
    private readonly HashSet<string> _hidden = [.. hidden];

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LogEventLevel.Warning)
        {
            return;
        }

        var id = LogEvents.IdOf(logEvent);
        var of = logEvent.Properties.TryGetValue("Flow", out var flow) ? flow.ToString() : id == 0 ? logEvent.MessageTemplate.Text : "";
        var text = LogEvents.TextOf(logEvent, _hidden);
        lock (_lock)
        {
            var times = _events.GetValueOrDefault((id, of))?.Times ?? 0;
            var cut = text.Length > LongestText ? text[..LongestText] : text;
            _events[(id, of)] = new RecentEvent(logEvent.Timestamp.ToUniversalTime(), logEvent.Level.ToString(), id, cut, times + 1);
            if (_events.Count > Kept)
            {
                _events.Remove(_events.MinBy(kept => kept.Value.At).Key);
            }
        }
    }

    /// <summary>The events, newest first; at most 20.</summary>
    public IReadOnlyList<RecentEvent> Read()
    {
        lock (_lock)
        {
            return [.. _events.Values.OrderByDescending(kept => kept.At)];
        }
    }
}
