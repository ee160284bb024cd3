using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>A warning or error of late.</summary>
/// <param name="At">When it was last said, UTC.</param>
/// <param name="Level">Warning, Error or Fatal.</param>
/// <param name="EventId">Its number; 0 when it has none.</param>
/// <param name="Text">What it said last, at most 500 characters.</param>
/// <param name="Times">How often it was said, or would have been.</param>
internal sealed record RecentEvent(DateTimeOffset At, string Level, int EventId, string Text, long Times);

/// <summary>Remembers the latest warnings and errors, repeats as one, for whoever asks the service how it is.</summary>
internal sealed class RecentEvents : ILogEventSink
{
    private const int Kept = 20;
    private const int LongestText = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Id, string Of), RecentEvent> _events = [];

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LogEventLevel.Warning)
        {
            return;
        }

        var id = EventIds.Of(logEvent);
        var of = logEvent.Properties.TryGetValue("Flow", out var flow) ? flow.ToString() : id == 0 ? logEvent.MessageTemplate.Text : "";
        var text = Rendering.TextOf(logEvent);
        lock (_lock)
        {
            var times = _events.GetValueOrDefault((id, of))?.Times ?? 0;
            _events[(id, of)] = new RecentEvent(
                logEvent.Timestamp.ToUniversalTime(), logEvent.Level.ToString(), id, text.Length > LongestText ? text[..LongestText] : text, times + 1);
            if (_events.Count > Kept)
            {
                _events.Remove(_events.MinBy(known => known.Value.At).Key);
            }
        }
    }

    /// <summary>What is remembered, newest first; at most 20.</summary>
    public IReadOnlyList<RecentEvent> Read()
    {
        lock (_lock)
        {
            return [.. _events.Values.OrderByDescending(known => known.At)];
        }
    }
}
