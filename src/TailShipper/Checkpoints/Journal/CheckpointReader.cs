using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads the checkpoints without the lock, whether or not a shipper is running, and writes nothing. A line that is being
/// written just now is left out, and is no damage.
/// </summary>
internal static class CheckpointReader
{
    private const int Attempts = 10;

    /// <summary>What <paramref name="directory"/> holds; an empty view when it holds nothing, or does not exist.</summary>
    /// <exception cref="CheckpointsUnusableException">Checkpoints exist and none can be used or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be read.</exception>
    public static CheckpointView Read(IStateDirectory directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return ToView(JournalRecovery.Recover(directory));
            }
            catch (FileNotFoundException) when (attempt < Attempts)
            {
                // The shipper compacted and deleted an old generation between the listing and the reading.
            }
        }
    }

    private static CheckpointView ToView(RecoveredCheckpoints recovered) => new()
    {
        Generation = recovered.BaseGeneration,
        SnapshotAt = recovered.SnapshotAt,
        Streams =
        [
            .. recovered.Table.Streams.Values
                .OrderBy(stream => stream.Flow, StringComparer.Ordinal)
                .ThenBy(stream => stream.Path, StringComparer.Ordinal)
                .ThenBy(stream => stream.Stream.Number),
        ],
        Damages = [.. recovered.Damages.Where(damage => !damage.IsTorn)],
    };
}

/// <summary>The checkpoints of a state directory as they are on disk.</summary>
internal sealed record CheckpointView
{
    /// <summary>Generation that was read; 0 when there are no checkpoints.</summary>
    public required long Generation { get; init; }

    /// <summary>When its snapshot was written, UTC; null when there are no checkpoints.</summary>
    public required DateTimeOffset? SnapshotAt { get; init; }

    /// <summary>By flow, path and number.</summary>
    public required IReadOnlyList<StreamCheckpoint> Streams { get; init; }

    /// <summary>Files that are damaged; the next start of the shipper sets them aside. Empty when all is well.</summary>
    public required IReadOnlyList<JournalDamage> Damages { get; init; }
}
