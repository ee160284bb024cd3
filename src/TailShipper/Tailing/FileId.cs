namespace Shipper.TailShipper.Tailing;

/// <summary>What the file system calls a file: device and inode on Linux, volume serial number and 128-bit file id on Windows.</summary>
/// <param name="Device">Device number (<c>st_dev</c> as major &lt;&lt; 32 | minor) or volume serial number.</param>
/// <param name="Inode">Inode number, or the file id.</param>
internal readonly record struct FileId(ulong Device, UInt128 Inode);
