using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.Common;

/// <summary>How one flow tails.</summary>
/// <param name="Flow">Its name.</param>
/// <param name="InitialPosition">Where files are begun that are present at the very first start.</param>
/// <param name="RotateWait">How long a rotated file must be quiet before its last line counts as complete.</param>
/// <param name="PollInterval">Shortest time between two polls of one file.</param>
/// <param name="ScanInterval">Time between two scans of the patterns; also the longest time between two polls.</param>
internal sealed record TailingSettings(
    string Flow, InitialPosition InitialPosition, TimeSpan RotateWait, TimeSpan PollInterval, TimeSpan ScanInterval)
{
    private const int SlowIntervals = 4;

    // A hundred wakings a second for a file that is written all the time.
    private static readonly TimeSpan LeastWatchedInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Shortest time between two reads of a file whose writes are reported. Not longer than lines may wait, and not longer than
    /// <see cref="PollInterval"/>.
    /// </summary>
    public TimeSpan WatchedInterval { get; init; } = PollInterval;

    /// <summary>The same of a file that is written all the time, but little at once: its lines wait for others anyway.</summary>
    public TimeSpan SlowInterval { get; init; } = PollInterval;

    /// <summary>Most bytes that deleted files may take on the disk because they are not read to their end; 0 for no limit.</summary>
    public long MaxDeletedBytes { get; init; }

    /// <summary>
    /// How long a file must not be written to before its last line counts as complete although it has no end; zero for never.
    /// </summary>
    public TimeSpan UnfinishedLineWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the flow may identify files, or read them in turn, before it sends, records and reports that it is alive.
    /// </summary>
    public TimeSpan ScanTurn { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// True where lines are sent with their stream's number: it is on disk before the first of them is read, or they would have another one
    /// when they are sent again after a crash.
    /// </summary>
    public bool RecordsFirst { get; init; }

    /// <summary>Most bytes of a record.</summary>
    public required int MaxRecordBytes { get; init; }

    /// <summary>The interval at which written files are read so that no line waits longer than that and what a read takes.</summary>
    /// <param name="batchAge">How long a line may wait for others.</param>
    /// <param name="pollInterval">Shortest time between two polls.</param>
    public static TimeSpan WatchedIntervalOf(TimeSpan batchAge, TimeSpan pollInterval)
    {
        var least = batchAge > LeastWatchedInterval ? batchAge : LeastWatchedInterval;
        return least < pollInterval ? least : pollInterval;
    }

    /// <summary>
    /// The interval at which files are read that are written all the time, but little at once: some four times as long, as far as their
    /// lines may wait.
    /// </summary>
    /// <param name="batchAge">How long a line may wait for others.</param>
    /// <param name="watchedInterval">That of other files; see <see cref="WatchedIntervalOf"/>.</param>
    public static TimeSpan SlowIntervalOf(TimeSpan batchAge, TimeSpan watchedInterval)
    {
        var longest = watchedInterval * SlowIntervals;
        longest = longest < batchAge / 2 ? longest : batchAge / 2;
        return longest > watchedInterval ? longest : watchedInterval;
    }

    /// <summary>What becomes of a line that is longer.</summary>
    public OversizePolicy Oversize { get; init; } = OversizePolicy.DeadLetter;
}
