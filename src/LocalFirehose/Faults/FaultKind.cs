namespace Shipper.LocalFirehose.Faults;

/// <summary>What a draw decides; part of its address, so values must not change.</summary>
internal enum FaultKind
{
    /// <summary>A record in a 200 fails.</summary>
    FailedRecord = 1,

    /// <summary>A call is throttled.</summary>
    Throttled = 2,

    /// <summary>The connection is aborted before anything is stored.</summary>
    DropBefore = 3,

    /// <summary>The connection is aborted after the records were stored.</summary>
    DropAfter = 4,

    /// <summary>500.</summary>
    InternalFailure = 5,

    /// <summary>How much jitter is added to the latency.</summary>
    Jitter = 6,
}
