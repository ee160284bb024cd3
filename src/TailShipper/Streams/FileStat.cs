namespace Shipper.TailShipper.Streams;

/// <summary>The attributes of an open file at one moment.</summary>
/// <param name="Id">Which file it is.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedTicks">Last modification, in ticks (100 ns) since 0001-01-01 UTC.</param>
/// <param name="Generation">Distinguishes files that had the same inode one after the other: the birth time in ticks where the file
/// system keeps one, else 0; on Windows also 0 while it is the time of the last write.</param>
/// <param name="Links">How many names it has; 0 once it is deleted and only kept by those that have it open.</param>
/// <param name="ChangedTicks">Last change of its content, names or attributes, in the same ticks; of a file without a name, which nobody
/// writes to, the moment of its deletion. 0 where that is not known.</param>
internal readonly record struct FileStat(
    FileId Id, long Size, long ModifiedTicks, long Generation, uint Links = 1, long ChangedTicks = 0)
{
    /// <summary>The coarsest modification times, those of FAT, move every two seconds; in ticks. Those of birth may be finer.</summary>
    public const long CoarsestGrain = 2 * TimeSpan.TicksPerSecond;

    /// <summary>
    /// When this file began to be, in ticks: its birth, or the latest it can have been where the file system keeps none.
    /// </summary>
    public long BornTicks => Generation != 0 ? Generation : ModifiedTicks;

    /// <summary>
    /// True when its content is older than itself: it was copied, moved from another disk or unpacked together with its time.
    /// </summary>
    public bool BroughtItsTime => Generation != 0 && ModifiedTicks + CoarsestGrain < Generation;
}

/// <summary>What the file system calls a file: device and inode on Linux, volume serial number and 128-bit file id on Windows.</summary>
internal readonly record struct FileId
{
    // Two halves: a UInt128 wants to lie at a multiple of 16 bytes, and tables of thousands of files would hold the gaps.
    private readonly ulong _upper;
    private readonly ulong _lower;

    /// <summary>The file with this inode on this device.</summary>
    /// <param name="device">Device number (<c>st_dev</c> as major &lt;&lt; 32 | minor) or volume serial number.</param>
    /// <param name="inode">Inode number, or the file id.</param>
    public FileId(ulong device, UInt128 inode)
    {
        Device = device;
        _upper = (ulong)(inode >> 64);
        _lower = (ulong)inode;
    }

    /// <summary>Device number or volume serial number.</summary>
    public ulong Device { get; }

    /// <summary>Inode number, or the file id.</summary>
    public UInt128 Inode => new(_upper, _lower);

    /// <inheritdoc/>
    public override string ToString() => $"{Device}:{Inode}";
}
