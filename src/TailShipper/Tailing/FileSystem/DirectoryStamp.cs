using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>What a look at a directory shows: as long as two stamps are equal and settled, its names lead to the same files.</summary>
/// <param name="Id">Which directory it is; default when none is there.</param>
/// <param name="ChangedTicks">When its names changed last, in ticks: the later of its modification and status change, for the former can be set back.</param>
internal readonly record struct DirectoryStamp(FileId Id, long ChangedTicks)
{
    // The coarsest modification times, those of FAT, move every two seconds.
    private const long CoarsestGrain = 2 * TimeSpan.TicksPerSecond;

    /// <summary>True when a change made after <paramref name="now"/> is sure to show in a stamp taken after it.</summary>
    public bool IsSettledAt(DateTimeOffset now) => ChangedTicks + CoarsestGrain < now.UtcTicks;
}
