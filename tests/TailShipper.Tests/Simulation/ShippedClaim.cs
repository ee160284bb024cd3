using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// Asks of every file of the world whether it is shipped, as someone would who deletes on "yes", and holds the answers against the
/// world.
/// </summary>
internal sealed class ShippedClaim(Stage stage, World world)
{
    private const int StepsBetween = 4;

    private readonly Dictionary<DiskInode, FileStat> _right = [];
    private int _step;

    /// <summary>How often the answer was yes, of files with at least one line.</summary>
    public int Yes { get; private set; }

    /// <summary>Asks, without the world or its faults getting in between.</summary>
    public void Check()
    {
        if (++_step % StepsBetween != 0)
        {
            return;
        }

        var (race, fault) = (stage.Disk.BeforeCall, stage.Disk.Fault);
        (stage.Disk.BeforeCall, stage.Disk.Fault) = (null, null);
        var flow = new FlowOptions { Name = "flow", Paths = [.. stage.Options.Patterns], DeliveryStream = "stream" };
        var question = new ShippedQuestion(stage.Disk, [flow], new DeadLetterStore("/nowhere"));
        var view = ViewOf(Known());
        foreach (var (path, inode) in stage.Disk.Files)
        {
            if (_right.TryGetValue(inode, out var before) && before == inode.Stat())
            {
                continue; // "yes" was right, and nothing changed since
            }

            if (!ArchiveNames.IsCompressed(path) && !world.IsBeingRewritten(inode)
                && question.Ask(path, view) is { State: ShippedState.Shipped } answer)
            {
                var lines = world.Lines.Where(line => line.IsComplete && line.Places.Contains(inode)).ToList();
                Yes += lines.Count > 0 ? 1 : 0;
                if (lines.Find(line => !line.IsDelivered) is { } missing)
                {
                    throw new OracleException(
                        $"{path} is called shipped ({answer.Text}), but line {missing.Number} of text {missing.Text.Number} never arrived");
                }

                _right[inode] = inode.Stat();
            }
        }

        (stage.Disk.BeforeCall, stage.Disk.Fault) = (race, fault);
    }

    /// <summary>What someone can learn of the checkpoints; nothing where they cannot be read.</summary>
    private IReadOnlyList<StreamCheckpoint> Known()
    {
        try
        {
            return stage.Known();
        }
        catch (Exception exception) when (exception is IOException or CheckpointsUnusableException)
        {
            return [];
        }
    }

    /// <summary>Checkpoints as the command line would read them.</summary>
    public static CheckpointView ViewOf(IReadOnlyCollection<StreamCheckpoint> streams) =>
        new() { Generation = 1, SnapshotAt = null, Streams = [.. streams], Damages = [] };
}
