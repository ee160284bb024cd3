namespace Shipper.TailShipper.Streams;

/// <summary>One look at an open file.</summary>
/// <param name="Id">Which file it is.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedTicks">Last modification, in ticks (100 ns) since 0001-01-01 UTC.</param>
/// <param name="Generation">Tells two files apart that bore the same inode one after the other: the birth time in ticks where the file system keeps one, else 0; on Windows also 0 while it is the time of the last write.</param>
/// <param name="Links">How many names it has; 0 once it is deleted and only kept by those that have it open.</param>
internal readonly record struct FileStat(FileId Id, long Size, long ModifiedTicks, long Generation, uint Links = 1);
