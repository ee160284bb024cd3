using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire;


namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>What can be said while no service answers: the checkpoints on disk, held against the files.</summary>
internal static class StoppedStatus
{
    /// <summary>Composes it.</summary>
    /// <param name="options">The flows, and where the state is.</param>
    /// <param name="process">The process that holds the state directory although it does not answer; null when none does.</param>
    /// <param name="why">Why it cannot be asked.</param>
    /// <param name="disk">For the sizes of the files now.</param>
    /// <param name="files">How many files to name.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="CheckpointsUnusableException">No checkpoints can be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The state directory may not be read.</exception>
    public static StatusDocument Compose(ShipperOptions options, int? process, string why, IFileSystem disk, int files, DateTimeOffset now)
    {
        var view = CheckpointReader.Read(new PhysicalStateDirectory(ShipperDirectories.State(options)));
        var known = FileStatus.OnePerPath(view.Streams
            .Where(stream => stream.State is StreamState.Active or StreamState.Rotated && stream.Path.Length > 0)
            .Select(stream => FileStatus.Of(stream, SizeOf(stream, disk))));
        var last = view.Streams.Count == 0 ? default(DateTimeOffset?) : view.Streams.Max(stream => stream.At);
        return new StatusDocument
        {
            At = now,
            Health = process is null ? "down" : "unknown",
            Reasons =
            [
                process is null
                    ? $"no service runs on the state directory {ShipperDirectories.State(options)}: start it (systemctl start "
                    + "tailshipper), and see journalctl -u "
                    + "tailshipper for why it stopped. What is below is from the checkpoints on disk"
                    : $"process {process} holds the state directory, but {why}. What is below is from the checkpoints on disk",
            ],
            Checkpoints = new CheckpointStatus
            {
                LastWrittenAt = last,
                AgeSeconds = last is { } at ? Math.Round((now - at).TotalSeconds, 1) : null,
                Streams = view.Streams.Count,
            },
            Flows =
            [
                .. options.Flows.Select(flow => new FlowStatus
                {
                    Flow = flow.Name,
                    Destination = Destination.Of(flow).ToString(),
                    Health = "unknown",
                    LagBytes = known.Where(file => file.Flow == flow.Name).Sum(file => file.LagBytes),
                }),
            ],
            FilesTotal = known.Count,
            Files = [.. known.OrderByDescending(file => file.LagBytes).ThenBy(file => file.Path, StringComparer.Ordinal).Take(files)],
        };
    }

    // A path may lead to another file by now; then its size says nothing about this stream.
    private static long? SizeOf(StreamCheckpoint stream, IFileSystem disk) =>
        disk.Stat(stream.Path) is { Status: PathStatus.File } found && found.Stat.Id == stream.File ? found.Stat.Size : null;
}
