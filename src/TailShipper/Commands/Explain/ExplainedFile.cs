namespace Shipper.TailShipper.Commands.Explain;

/// <summary>A file as it is now.</summary>
/// <param name="Device">As MAJOR:MINOR on Linux, the volume's serial number on Windows.</param>
/// <param name="Inode">Inode number, or 128-bit file id on Windows.</param>
/// <param name="Born">What tells two files apart that bore one inode one after the other; null where the file system keeps no birth time.</param>
/// <param name="SizeBytes">Length.</param>
/// <param name="Modified">Last modification, UTC.</param>
internal sealed record ExplainedFile(string Device, string Inode, DateTimeOffset? Born, long SizeBytes, DateTimeOffset Modified);
