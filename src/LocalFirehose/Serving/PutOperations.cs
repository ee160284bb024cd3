using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>PutRecord and PutRecordBatch: parses, decodes, applies the faults, stores and counts.</summary>
internal sealed class PutOperations(StreamRegistry streams, Counters counters, TimeProvider time, ILogger<PutOperations> logger)
{
    /// <summary>Handles a call and stores the accepted records.</summary>
    public PutOutcome Put(Span<byte> body, bool single, CallWorkspace workspace, FaultPlan plan, FaultDraw draw)
    {
        var put = workspace.Put;
        counters.Total.Call();
        var error = Parse(body, single, put) ?? RecordDecoder.Decode(body, single, put);
        DeliveryStream? stream = null;
        if (error is null && !streams.TryFind(put.StreamName!, out stream))
        {
            error = Errors.NotFound(put.StreamName!);
        }

        if (stream?.Definition.Source is not null)
        {
            error = Errors.SourceIsKinesis;
        }

        if (error is not null)
        {
            counters.Total.Refused();
            return PutOutcome.Refuse(error);
        }

        stream!.Counters.Call();
        return Decide(stream, single, workspace, plan, draw);
    }

    private static ServiceError? Parse(Span<byte> body, bool single, PutRequest put)
    {
        if (!single && FastBatchReader.TryRead(body, put))
        {
            return null;
        }

        put.Clear();
        return PutJsonReader.Read(body, single, put);
    }

    private PutOutcome Decide(DeliveryStream stream, bool single, CallWorkspace workspace, FaultPlan plan, FaultDraw draw)
    {
        var put = workspace.Put;
        var options = plan.Options;
        if (draw.Hits(options.DropBeforeShare, FaultKind.DropBefore))
        {
            Count(stream, each => each.DroppedBefore());
            return PutOutcome.Drop;
        }

        var now = time.GetUtcNow();
        var throttled = draw.Hits(options.ThrottledCallShare, FaultKind.Throttled);
        var quota = throttled ? default : stream.Quota.Admit(options, put.Lengths, now);
        if (throttled || quota.RefuseCall)
        {
            Count(stream, each => each.Throttled());
            return PutOutcome.Refuse(Errors.Throttled);
        }

        var records = put.Count!.Value;
        var failed = FailRecords(workspace, quota.AdmittedRecords, options, draw);
        if (single && failed > 0)
        {
            Count(stream, each => each.Throttled());
            return PutOutcome.Refuse(Errors.Throttled);
        }

        if (Store(stream, put, failed > 0 ? workspace.Failed : null, now) is { } error)
        {
            Count(stream, each => each.Refused());
            return PutOutcome.Refuse(error);
        }

        CountAccepted(stream, workspace, records, failed);
        if (draw.Hits(options.DropAfterShare, FaultKind.DropAfter))
        {
            Count(stream, each => each.DroppedAfter());
            return PutOutcome.Drop;
        }

        return new PutOutcome(null, false, failed);
    }

    /// <summary>Marks the records that fail and removes them from the raw bytes; returns how many.</summary>
    private static int FailRecords(CallWorkspace workspace, int admitted, FaultOptions options, FaultDraw draw)
    {
        var put = workspace.Put;
        var records = put.Count!.Value;
        if (admitted == records && options.FailedRecordShare == 0)
        {
            return 0;
        }

        var (failed, from, to) = (0, 0, 0);
        for (var index = 0; index < records; index++)
        {
            var length = put.Lengths[index];
            workspace.Failed[index] = index >= admitted || draw.Hits(options.FailedRecordShare, FaultKind.FailedRecord, index);
            if (workspace.Failed[index])
            {
                failed++;
            }
            else
            {
                put.Raw.Slice(from, length).CopyTo(put.Raw[to..]);
                to += length;
            }

            from += length;
        }

        put.Shorten(to);
        return failed;
    }

    /// <summary>The stored records of a call; a copy, because the call's memory is used again.</summary>
    private static List<SourceRecord> Records(PutRequest put, bool[]? failed, DateTimeOffset now)
    {
        var records = new List<SourceRecord>();
        var from = 0;
        for (var index = 0; index < put.Lengths.Length; index++)
        {
            if (failed?[index] != true)
            {
                records.Add(new SourceRecord(put.Raw.Slice(from, put.Lengths[index]).ToArray(), now, null));
                from += put.Lengths[index];
            }
        }

        return records;
    }

    private ServiceError? Store(DeliveryStream stream, PutRequest put, bool[]? failed, DateTimeOffset now)
    {
        try
        {
            var stored = stream.Definition.Destination.IsProcessed
                ? stream.Source.TryAppend(Records(put, failed, now), now)
                : stream.Spool.TryAppend(put.Raw, now);
            return stored ? null : Errors.NotFound(stream.Definition.Name);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            FirehoseLog.SpoolFailed(logger, stream.Definition.Name, exception.Message);
            return Errors.InternalFailure;
        }
    }

    private void CountAccepted(DeliveryStream stream, CallWorkspace workspace, int records, int failed)
    {
        long billed = 0;
        var lengths = workspace.Put.Lengths;
        for (var index = 0; index < lengths.Length; index++)
        {
            if (failed == 0 || !workspace.Failed[index])
            {
                billed += Limits.BilledBytes(lengths[index]);
            }
        }

        var bytes = workspace.Put.RawLength;
        counters.Total.Accepted(records - failed, bytes, billed);
        stream.Counters.Accepted(records - failed, bytes, billed);
        if (failed > 0)
        {
            counters.Total.FailedRecords(failed);
            stream.Counters.FailedRecords(failed);
        }
    }

    private void Count(DeliveryStream stream, Action<CallCounters> count)
    {
        count(counters.Total);
        count(stream.Counters);
    }
}

/// <summary>The outcome of a Put call.</summary>
/// <param name="Error">The error response, or null.</param>
/// <param name="Abort">Whether the connection is aborted without a response.</param>
/// <param name="FailedCount">Otherwise the number of failed records; the workspace has which.</param>
internal readonly record struct PutOutcome(ServiceError? Error, bool Abort, int FailedCount)
{
    /// <summary>Responds with an error.</summary>
    public static PutOutcome Refuse(ServiceError error) => new(error, false, 0);

    /// <summary>Aborts the connection.</summary>
    public static readonly PutOutcome Drop = new(null, true, 0);
}
