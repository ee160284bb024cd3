using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Looks at the checkpoints without the lock, whether or not a shipper is running: reads only, and takes the line that
/// is being written just now for what it is.
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
