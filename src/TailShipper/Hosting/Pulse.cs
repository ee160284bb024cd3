using Microsoft.Extensions.Logging;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Hosting;

/// <summary>Signs of life in the log: the first lines that a flow's stream accepts, and a summary a minute.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">The service's log.</param>
internal sealed class Pulse(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _shipped = new(StringComparer.Ordinal);
    private long _summarizedAt = time.GetTimestamp();
    private long _lines;
    private long _bytes;

    /// <summary>Looks at the counters and says what is due; call about once a second.</summary>
    /// <param name="flows">The flows that run.</param>
    public void Beat(IReadOnlyList<Flow> flows)
    {
        foreach (var flow in flows)
        {
            if (flow.Counters.LinesAcknowledged is > 0 and var lines && _shipped.Add(flow.Counters.Flow))
            {
                HostingLog.FirstLines(logger, flow.Counters.Flow, flow.Loop.Destination, lines);
            }
        }

        var passed = time.GetElapsedTime(_summarizedAt);
        if (passed >= Interval)
        {
            _summarizedAt = time.GetTimestamp();
            Summarize(flows, passed);
        }
    }

    private void Summarize(IReadOnlyList<Flow> flows, TimeSpan passed)
    {
        var (lines, bytes) = (flows.Sum(flow => flow.Counters.LinesAcknowledged), flows.Sum(flow => flow.Counters.BytesAcknowledged));

        // A flow that a reload restarted counts from 0 again.
        HostingLog.Summary(
            logger, passed.TotalSeconds, HumanNumbers.Count(lines >= _lines ? lines - _lines : lines),
            HumanNumbers.Bytes(bytes >= _bytes ? bytes - _bytes : bytes),
            HumanNumbers.Bytes(flows.Sum(flow => flow.Counters.LagBytes)), flows.Sum(flow => flow.Counters.Files), flows.Count);
        (_lines, _bytes) = (lines, bytes);
    }
}
