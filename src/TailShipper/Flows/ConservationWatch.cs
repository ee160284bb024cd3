using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// Checks the conservation law: every byte read is acknowledged, dead-lettered, filtered, padding or in flight, for each stream and
/// in total. Each side is counted where it happens (the position by reading, settled spans by the ring, bytes in flight by
/// the batches), so none can be right by definition. Owned by the flow's loop.
/// </summary>
internal sealed class ConservationWatch(
    string flow, StreamTable streams, FlowBatches batches, LetterQueue letters, FlowCounters counters, Action<string?> alarm,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(10);

    private FlowBalance? _last;
    private long? _reportedAt;

    /// <summary>Checks once. Costs next to nothing when no byte moved since the last check.</summary>
    public void Check()
    {
        var balance = counters.Snapshot(batches.BytesHeld + letters.BytesHeld);
        if (balance == _last && _reportedAt is null)
        {
            return;
        }

        _last = balance;
        batches.CountHeld();
        letters.CountHeld();
        var (residue, worst, worstBy, worstHeld) = (0L, default(TailedStream), 0L, 0L);
        foreach (var stream in streams.All)
        {
            var held = stream.Ring.TakeHeld();
            var by = Math.Abs(ResidueOf(stream, held));
            residue += by;
            (worst, worstBy, worstHeld) = by > worstBy ? (stream, by, held) : (worst, worstBy, worstHeld);
        }

        residue = Math.Max(residue, Math.Abs(balance.Missing));
        counters.Publish(balance with { Residue = residue });
        if (residue != 0)
        {
            Raise(balance, residue, worst, worstHeld);
        }
        else if (_reportedAt is not null)
        {
            _reportedAt = null;
            alarm(null);
            FlowLog.SumsAgreeAgain(logger, flow);
        }
    }

    /// <summary>Bytes read minus those settled and those in batches; where that is 0, the same by the ring's own counts.</summary>
    private static long ResidueOf(TailedStream stream, long held)
    {
        var ring = stream.Ring;
        var missing = stream.Position - ring.Start - ring.SettledBytes - held;
        return missing != 0 ? missing
            : ring.End - ring.Start != ring.SettledBytes + ring.PendingBytes ? ring.End - ring.Start - ring.SettledBytes - ring.PendingBytes
            : Math.Min(0, ring.Start + ring.SettledBytes - ring.Committed);
    }

    private void Raise(FlowBalance balance, long residue, TailedStream? worst, long worstHeld)
    {
        if (_reportedAt is { } reported && time.GetElapsedTime(reported) < Reminder)
        {
            return;
        }

        _reportedAt = time.GetTimestamp();
        var where = worst is null ? "" : $", in {worst.Path} (stream {worst.Id})";
        alarm($"{residue} bytes are unaccounted for{where}. This is a bug in the shipper. "
            + "Restart the service: it reads again from its last checkpoint; keep the log and report it");
        if (worst is not null)
        {
            FlowLog.StreamResidue(
                logger, flow, worst.Path, worst.Id.Number, residue, worst.Position - worst.Ring.Start, worst.Ring.SettledBytes,
                worstHeld, worst.Ring.PendingBytes);
        }
        else
        {
            FlowLog.FlowResidue(
                logger, flow, residue, balance.Read, balance.Acknowledged, balance.DeadLettered, balance.Filtered + balance.Padding,
                balance.InFlight);
        }
    }
}
