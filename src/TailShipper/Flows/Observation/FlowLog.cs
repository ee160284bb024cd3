using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>Messages of a flow as a whole: event ids 2100 to 2149, and 2172 to 2174 from the time when the delivery logged them.</summary>
internal static partial class FlowLog
{
    [LoggerMessage(2100, LogLevel.Information, "{Flow}: started; {Patterns} to {Destination}; streams known from before: {Streams}")]
    public static partial void Started(ILogger logger, string flow, string patterns, string destination, int streams);

    [LoggerMessage(2101, LogLevel.Information,
        "{Flow}: stopped; {Acknowledged:N0} bytes acknowledged, {InFlight:N0} bytes read but not acknowledged will be read "
        + "again at the next start")]
    public static partial void Stopped(ILogger logger, string flow, long acknowledged, long inFlight);

    [LoggerMessage(2102, LogLevel.Warning,
        "{Flow}: bytes {Start:N0} to {End:N0} of {Path} were refused permanently and are in the dead letters: {Reason}")]
    public static partial void SetAside(ILogger logger, string flow, string path, long start, long end, string reason);

    [LoggerMessage(2103, LogLevel.Error,
        "{Flow}: a dead letter cannot be written ({Reason}); the record stays in flight and writing is retried. Free space in the "
        + "dead letter directory, or make it writable")]
    public static partial void DeadLetterFailed(ILogger logger, string flow, string reason);

    [LoggerMessage(2105, LogLevel.Warning,
        "{Flow}: stopped before {Unsettled:N0} bytes were confirmed; they are sent again at the next start, so lines may repeat")]
    public static partial void DrainTimedOut(ILogger logger, string flow, long unsettled);

    [LoggerMessage(2106, LogLevel.Warning,
        "{Flow}: the service cannot take records: {Reason}. Nothing is dropped; it is tried again by itself")]
    public static partial void Degraded(ILogger logger, string flow, string reason);

    [LoggerMessage(2107, LogLevel.Information, "{Flow}: the service takes records again after {Seconds:F0} s")]
    public static partial void Recovered(ILogger logger, string flow, double seconds);

    [LoggerMessage(2108, LogLevel.Critical,
        "{Flow}: stopped by an unexpected error (a bug in the shipper): {Reason}. Checkpoints are behind, never ahead: a restart loses "
        + "nothing. Report it with this log")]
    public static partial void Faulted(ILogger logger, string flow, string reason, Exception exception);

    [LoggerMessage(2120, LogLevel.Error,
        "{Flow}: {Residue:N0} bytes are unaccounted for; the sums of {Path} (stream {Stream}) do not agree: {Read:N0} bytes read by "
        + "this run are not {Settled:N0} settled plus {InFlight:N0} in flight (its ring waits for {Pending:N0}). This is a bug in the "
        + "shipper. Restart the service: it reads again from its last checkpoint, so lines may repeat. Keep this log, and report it")]
    public static partial void StreamResidue(
        ILogger logger, string flow, string path, long stream, long residue, long read, long settled, long inFlight, long pending);

    [LoggerMessage(2121, LogLevel.Error,
        "{Flow}: {Residue:N0} bytes are unaccounted for: {Read:N0} bytes read are not {Acknowledged:N0} "
        + "acknowledged plus {DeadLettered:N0} dead-lettered plus {Filtered:N0} filtered plus {InFlight:N0} in flight, "
        + "although the sums of every stream agree. This is a bug in the shipper, at least in its counters. Restart "
        + "the service, keep this log, and report it")]
    public static partial void FlowResidue(
        ILogger logger, string flow, long residue, long read, long acknowledged, long deadLettered, long filtered, long inFlight);

    [LoggerMessage(2122, LogLevel.Warning, "{Flow}: every byte is accounted for again. Keep this log, and report it")]
    public static partial void SumsAgreeAgain(ILogger logger, string flow);

    [LoggerMessage(2140, LogLevel.Error,
        "{Flow}: waiting {Seconds:F0} s for {What} of {Path}; the disk or mount does not answer. The other files of this flow wait too, "
        + "the other flows continue. Fix or unmount it, and give such a mount its own flow")]
    public static partial void Stalled(ILogger logger, string flow, double seconds, string what, string path);

    [LoggerMessage(2141, LogLevel.Information, "{Flow}: the disk answered after {Seconds:F0} s; the flow continues")]
    public static partial void DiskAnswered(ILogger logger, string flow, double seconds);

    [LoggerMessage(2172, LogLevel.Information, "{Flow}: {Behind:N0} bytes behind, {Progress}{Unidentified}")]
    public static partial void CatchingUp(ILogger logger, string flow, long behind, string progress, string unidentified);

    [LoggerMessage(2173, LogLevel.Information, "{Flow}: caught up after {Seconds:F0} s")]
    public static partial void CaughtUp(ILogger logger, string flow, double seconds);

    [LoggerMessage(2174, LogLevel.Warning,
        "{Flow}: the service returned the unknown error code {Code} ({Message}); it is counted and the call is retried")]
    public static partial void UnknownCode(ILogger logger, string flow, string code, string? message);
}

/// <summary>Events that report lost bytes or a bug. The limit on repeats does not apply to them: a loss is never silent.</summary>
internal static class LossEvents
{
    /// <summary>Their ids.</summary>
    public static IReadOnlySet<int> Ids { get; } = new HashSet<int> { 2005, 2042, 2046, 2108, 2120, 2121, 2240 };
}
