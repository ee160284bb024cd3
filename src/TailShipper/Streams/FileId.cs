namespace Shipper.TailShipper.Streams;

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
