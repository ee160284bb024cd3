using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>Writes planned offsets into the journal of a state directory that no shipper uses.</summary>
internal static class CheckpointWriter
{
    /// <summary>Why nothing can be written, as a sentence; null where it can.</summary>
    /// <param name="options">The configuration that is imported.</param>
    /// <param name="plans">The plans.</param>
    public static string? Conflict(ShipperOptions options, IReadOnlyList<FlowPlan> plans)
    {
        var directory = ShipperDirectories.State(options);
        var known = CheckpointReader.Read(new PhysicalStateDirectory(directory)).Streams.Select(stream => stream.Flow).ToHashSet();
        return plans.FirstOrDefault(plan => plan.HasRows && known.Contains(plan.Flow)) is { } flow
            ? $"{directory} has checkpoints of flow {flow.Flow} already: it was imported before, or has run. Nothing was written. Name "
                + $"another "
            + "state directory (--set Shipper:StateDirectory=…), or leave the checkpoints as they are (--checkpoints none)"
            : null;
    }

    /// <summary>Writes.</summary>
    /// <exception cref="AlreadyRunningException">A shipper uses the directory.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static async Task WriteAsync(
        ShipperOptions options, IReadOnlyList<FlowPlan> plans, IFileSystem files, TimeProvider time, CancellationToken cancellation)
    {
        var directory = ShipperDirectories.State(options);
        using var held = InstanceLock.Acquire(directory);
        await using var journal = CheckpointJournal.Open(
            new PhysicalStateDirectory(directory), time, NullLogger<CheckpointJournal>.Instance);
        foreach (var plan in plans.Where(plan => plan.HasRows))
        {
            Record(journal, plan, options.Flows.Find(flow => flow.Name == plan.Flow)!, files, time.GetUtcNow());
        }

        if (!await journal.FlushAsync(cancellation))
        {
            throw new IOException($"the checkpoints cannot be written to {directory}: {journal.Health}");
        }
    }

    /// <summary>Hands the offsets of one flow to a journal, which has to be flushed.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="plan">The offsets.</param>
    /// <param name="flow">The flow as it is imported.</param>
    /// <param name="files">The disk.</param>
    /// <param name="now">When, in UTC.</param>
    internal static void Record(CheckpointJournal journal, FlowPlan plan, FlowOptions flow, IFileSystem files, DateTimeOffset now)
    {
        foreach (var stream in plan.Streams)
        {
            journal.Record(new StreamCheckpoint
            {
                Stream = journal.NextStream(),
                Flow = plan.Flow,
                Path = stream.Path,
                File = stream.Stat.Id,
                Generation = stream.Stat.Generation,
                Head = stream.Head,
                Committed = stream.Committed ?? throw new InvalidOperationException($"nothing is chosen for {stream.Path}"),
                Tail = stream.Tail,
                Size = stream.Stat.Size,
                State = stream.IsNamed ? StreamState.Active : StreamState.Rotated,
                At = now,
            });
        }

        // What appears from now on is new and is read from its start, whatever InitialPosition says.
        foreach (var pattern in FlowOverlap.Patterns(flow))
        {
            journal.Record(new StreamCheckpoint
            {
                Stream = journal.NextStream(),
                Flow = plan.Flow,
                Path = "",
                File = files.Stamp(pattern.Root)?.Id ?? default,
                Head = PatternMark.KeyOf(pattern),
                Committed = 1,
                State = StreamState.Superseded,
                At = now,
            });
        }
    }
}
