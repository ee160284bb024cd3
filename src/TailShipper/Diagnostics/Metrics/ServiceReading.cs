using Shipper.TailShipper.Checkpoints.Journal;


namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>The process and its checkpoints at one moment.</summary>
/// <param name="Journal">The journal's counters.</param>
/// <param name="CheckpointsBehind">For how long checkpoints could not be written; zero while they can.</param>
/// <param name="Uptime">Since the service was started.</param>
internal readonly record struct ServiceReading(JournalStatus Journal, TimeSpan CheckpointsBehind, TimeSpan Uptime)
{
    /// <summary>Reads now.</summary>
    public static ServiceReading Of(CheckpointJournal journal, DateTimeOffset started, DateTimeOffset now)
    {
        var status = journal.Status;
        return new ServiceReading(status, status.Health.IsOk ? TimeSpan.Zero : now - status.Health.Since, now - started);
    }
}
