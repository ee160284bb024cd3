using System.Text;
using System.Text.Json;
using Shipper.Foundation.Time;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>
/// Rate and lag of each flow over the last hour, a point every ten seconds, for the plots of the page. It takes less than half a MiB: of
/// more than <see cref="MostFlows"/> flows it keeps the first, and values to 0.04 %. Safe from any thread.
/// </summary>
internal sealed class FlowHistory
{
    /// <summary>The time between two points, in seconds.</summary>
    public const int StepSeconds = 10;

    /// <summary>Points that are kept of each flow: an hour of them.</summary>
    public const int Points = 360;

    /// <summary>Flows that are kept.</summary>
    public const int MostFlows = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _flows = new(StringComparer.Ordinal);
    private TimeSpan? _last;

    /// <summary>Adds a point when it is time for one; call about once a second.</summary>
    /// <param name="now">When, since any moment that stays the same.</param>
    /// <param name="flows">Each flow with the bytes accepted since its start, and its lag in bytes now.</param>
    public void Sample(TimeSpan now, IEnumerable<(string Flow, long Accepted, long Lag)> flows)
    {
        lock (_lock)
        {
            // A timer that is late by a moment must not make it late by a second.
            if (_last is { } last && now - last < TimeSpan.FromSeconds(StepSeconds - 0.5))
            {
                return;
            }

            _last = now;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (flow, accepted, lag) in flows)
            {
                seen.Add(flow);
                if (!_flows.TryGetValue(flow, out var series))
                {
                    if (_flows.Count >= MostFlows)
                    {
                        continue;
                    }

                    _flows.Add(flow, series = new Series());
                }

                series.Add(now, accepted, lag);
            }

            foreach (var gone in _flows.Keys.Where(flow => !seen.Contains(flow)).ToList())
            {
                _flows.Remove(gone);
            }
        }
    }

    /// <summary>
    /// All of it as JSON: of each flow <c>bytes_per_second</c> and <c>lag_bytes</c>, oldest first; null where there is none.
    /// </summary>
    public string Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("step_seconds", StepSeconds);
            json.WriteStartArray("flows");
            lock (_lock)
            {
                foreach (var (flow, series) in _flows)
                {
                    json.WriteStartObject();
                    json.WriteString("flow", flow);
                    series.Rates.Write("bytes_per_second", json);
                    series.Lags.Write("lag_bytes", json);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private sealed class Series
    {
        private (TimeSpan At, long Accepted)? _before;

        public Ring Rates { get; } = new();

        public Ring Lags { get; } = new();

        public void Add(TimeSpan now, long accepted, long lag)
        {
            // The counts of a flow that was started anew begin at 0.
            Rates.Add(_before is { } before && accepted >= before.Accepted
                ? RateMeter.Between(before.At, before.Accepted, now, accepted)
                : null);
            Lags.Add(lag);
            _before = (now, accepted);
        }
    }

    private sealed class Ring
    {
        // A value is its logarithm in these steps, which takes two bytes. Whole numbers below 1,400 are exact.
        private const double StepsPerDoubling = 1000;
        private const ushort None = ushort.MaxValue;

        private readonly ushort[] _values = new ushort[Points];
        private int _next;
        private int _count;

        public void Add(double? value)
        {
            _values[_next] = value is { } known ? (ushort)Math.Round(Math.Log2(1 + known) * StepsPerDoubling) : None;
            _next = (_next + 1) % Points;
            _count = Math.Min(_count + 1, Points);
        }

        public void Write(string name, Utf8JsonWriter json)
        {
            json.WriteStartArray(name);
            for (var index = 0; index < _count; index++)
            {
                var value = _values[(_next - _count + index + Points) % Points];
                if (value == None)
                {
                    json.WriteNullValue();
                }
                else
                {
                    json.WriteNumberValue(Math.Round(Math.Pow(2, value / StepsPerDoubling) - 1));
                }
            }

            json.WriteEndArray();
        }
    }
}
