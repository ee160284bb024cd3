using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>Readings with some figures in them.</summary>
internal static class Readings
{
    public static ServiceReading Service { get; } = new(
        new JournalStatus
        {
            Health = new JournalHealth(true, "", DateTimeOffset.UnixEpoch),
            LastCommit = null,
            Streams = 3,
            PendingStreams = 1,
            Commits = 4,
            Lines = 5,
            Failures = 6,
            Snapshots = 1,
            Generation = 1,
            JournalBytes = 77,
        },
        TimeSpan.FromSeconds(1.5),
        TimeSpan.FromHours(1));

    /// <summary>A flow with different figures in most places.</summary>
    public static FlowReading Flow(string name, string? degraded = null)
    {
        var counters = new FlowCounters(name);
        counters.Read(1000, 10);
        counters.Acknowledged(600, 600, 5120, lines: 6);
        counters.Delivery.Called(800, records: 1, refused: 0, throttled: 0, CallOutcome.Throttled);
        counters.Delivery.Errors.Count(new CallAnswer { Status = 503, ErrorCode = "ServiceUnavailableException" });
        counters.SetGauges(900, TimeSpan.FromMilliseconds(1500), files: 2, callsInFlight: 1);
        counters.Publish(counters.Snapshot(400));
        return FlowReading.Of(counters, degraded);
    }
}
