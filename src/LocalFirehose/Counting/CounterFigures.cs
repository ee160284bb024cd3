namespace Shipper.LocalFirehose.Counting;

/// <summary>Counters since the process started; the names are those of <c>/admin/counters</c>.</summary>
/// <param name="Calls">Put calls that arrived.</param>
/// <param name="RecordsAccepted">Records stored.</param>
/// <param name="BytesAccepted">Their raw bytes.</param>
/// <param name="BilledBytes">The same with each record rounded up to 5,120 bytes.</param>
/// <param name="FailedRecords">Records that failed inside a 200.</param>
/// <param name="ThrottledCalls">Calls answered "Slow down.".</param>
/// <param name="RefusedCalls">Calls answered with any other error.</param>
/// <param name="DroppedBefore">Connections aborted with nothing stored.</param>
/// <param name="DroppedAfter">Connections aborted after storing.</param>
/// <param name="Objects">Objects delivered.</param>
/// <param name="BytesDelivered">Their bytes before compression.</param>
internal sealed record CounterFigures(
    long Calls,
    long RecordsAccepted,
    long BytesAccepted,
    long BilledBytes,
    long FailedRecords,
    long ThrottledCalls,
    long RefusedCalls,
    long DroppedBefore,
    long DroppedAfter,
    long Objects,
    long BytesDelivered);
