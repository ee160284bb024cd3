using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Common;

/// <summary>Messages of tailing: event ids 2000 to 2099, and 2104 from the time when the flow logged it.</summary>
internal static partial class TailingLog
{
    [LoggerMessage(2000, LogLevel.Information, "{Flow}: tailing {Path} as stream {Stream} from offset {Offset:N0} of {Size:N0} bytes")]
    public static partial void Found(ILogger logger, string flow, string path, long stream, long offset, long size);

    [LoggerMessage(2001, LogLevel.Information, "{Flow}: {Path}: resuming at byte {Offset:N0} of {Size:N0} (stream {Stream})")]
    public static partial void Resumed(ILogger logger, string flow, long stream, string path, long offset, long size);

    [LoggerMessage(2002, LogLevel.Information, "{Flow}: {Path} was rotated; stream {Stream} is read to its end, {Unread:N0} bytes left")]
    public static partial void Rotated(ILogger logger, string flow, string path, long stream, long unread);

    [LoggerMessage(2003, LogLevel.Information,
        "{Flow}: {Path} (rotated): all {Offset:N0} bytes are settled, and it is closed (stream {Stream})")]
    public static partial void Drained(ILogger logger, string flow, long stream, string path, long offset);

    [LoggerMessage(2004, LogLevel.Information,
        "{Flow}: {Path} was {What}; searching for the rest of stream {Stream} from offset {Offset:N0}")]
    public static partial void Orphaned(ILogger logger, string flow, string path, string what, long stream, long offset);

    [LoggerMessage(2005, LogLevel.Error,
        "{Flow}: {Bytes:N0} bytes of {Path} (stream {Stream}, offsets {From:N0} to {To:N0}) were taken away before they could be read and "
        + "no copy was found. They are counted as lost. Rotate by rename instead of copytruncate, or keep rotated files until "
        + "they are shipped")]
    public static partial void Lost(ILogger logger, string flow, long bytes, string path, long stream, long from, long to);

    [LoggerMessage(2006, LogLevel.Warning,
        "{Flow}: {Path} cannot be accessed ({Reason}), so what is new in it is not shipped. It is tried again at every scan. Give the "
        + "service read permission on the file and search permission on its directories, or raise the limit that the reason names. "
        + "What is missing: tailshipper explain PATH")]
    public static partial void Unavailable(ILogger logger, string flow, string path, string reason);

    [LoggerMessage(2007, LogLevel.Warning,
        "{Flow}: {Path} matches {Count} known streams equally well. It is read from its start, so lines may repeat. Let files "
        + "begin with something unique, for example a time")]
    public static partial void AmbiguousIdentity(ILogger logger, string flow, string path, int count);

    [LoggerMessage(2008, LogLevel.Warning,
        "{Flow}: a line of more than {Limit:N0} bytes at offset {Offset:N0} of {Path} is too long for a record; it goes to the dead "
        + "letters when its end is found")]
    public static partial void OversizeLine(ILogger logger, string flow, int limit, long offset, string path);

    [LoggerMessage(2009, LogLevel.Information,
        "{Flow}: stream {Stream} restarts at offset {Offset:N0} of {Path} as stream {Successor}, as requested")]
    public static partial void Rewound(ILogger logger, string flow, long stream, long offset, string path, long successor);

    [LoggerMessage(2010, LogLevel.Debug, "{Flow}: {Path} looks like an unfinished copy of {Original}; it waits")]
    public static partial void Deferred(ILogger logger, string flow, string path, string original);

    [LoggerMessage(2011, LogLevel.Information,
        "{Flow}: {Path} holds the same {Bytes:N0} bytes as stream {Stream} of {Other}, whose file is gone. That does not prove that it "
        + "is the same file, so it is read from its start and its lines may repeat")]
    public static partial void DoubtfulIdentity(ILogger logger, string flow, string path, long bytes, long stream, string other);

    [LoggerMessage(2012, LogLevel.Information,
        "{Flow}: the first {Bytes:N0} bytes of {Path} (stream {Stream}) were shipped before, as stream {Other}; they are not shipped "
        + "again")]
    public static partial void ShippedBefore(ILogger logger, string flow, string path, long stream, long bytes, long other);

    [LoggerMessage(2013, LogLevel.Information,
        "{Flow}: {Path} is a copy of {Original}, byte for byte what was shipped; it is not shipped again. Lines that are appended to it "
        + "are")]
    public static partial void CopyOfShipped(ILogger logger, string flow, string path, string original);

    [LoggerMessage(2040, LogLevel.Warning,
        "{Flow}: {Path} may hold the rest of a stream but cannot be used: {Reason}. What is found nowhere else is counted as "
        + "lost")]
    public static partial void ArchiveUnusable(ILogger logger, string flow, string path, string reason);

    [LoggerMessage(2041, LogLevel.Error,
        "{Flow}: {Path} may hold what stream {Stream} lost, but its compression format is not supported. Decompress it under "
        + "a name that the flow's patterns match, and the stream continues there. For the next rotation use delaycompress, or "
        + "gzip")]
    public static partial void MayBeInArchive(ILogger logger, string flow, string path, long stream);

    [LoggerMessage(2042, LogLevel.Error,
        "{Flow}: {Bytes:N0} bytes of {Path} (stream {Stream}, offsets {From:N0} to {To:N0}) were not found for {Minutes:F0} minutes, "
        + "and {Reason}. They are counted as lost until they are found; the search continues")]
    public static partial void LostForNow(
        ILogger logger, string flow, long bytes, string path, long stream, long from, long to, double minutes, string reason);

    [LoggerMessage(2043, LogLevel.Information,
        "{Flow}: {Bytes:N0} bytes of stream {Stream} that were counted as lost were found in {Path}")]
    public static partial void FoundAfterAll(ILogger logger, string flow, long bytes, long stream, string path);

    [LoggerMessage(2044, LogLevel.Warning,
        "{Flow}: {Path} (stream {Stream}) was deleted while it was read; its {Bytes:N0} bytes on disk are freed when the "
        + "{Unread:N0} unread bytes are read and it is closed")]
    public static partial void DeletedWhileRead(ILogger logger, string flow, string path, long stream, long bytes, long unread);

    [LoggerMessage(2045, LogLevel.Information,
        "{Flow}: {Path} (stream {Stream}), deleted while it was read, is closed; its {Bytes:N0} bytes on disk are free")]
    public static partial void DeletedClosed(ILogger logger, string flow, string path, long stream, long bytes);

    [LoggerMessage(2046, LogLevel.Error,
        "{Flow}: {Bytes:N0} bytes of {Path} (stream {Stream}, offsets {From:N0} to {To:N0}) are given up and counted as lost: deleted "
        + "files that are not read to their end take more than MaxDeletedBytes ({Budget:N0}). Raise it, or delete files only after "
        + "they are shipped")]
    public static partial void DeletedGivenUp(
        ILogger logger, string flow, long bytes, string path, long stream, long from, long to, long budget);

    [LoggerMessage(2047, LogLevel.Warning,
        "{Flow}: {Path} looks like a rotation of {Home} that happened while the service was stopped. No pattern matches its "
        + "name, so it is not shipped. Tail {Home}* (rotated names too, compressed one rotation later: delaycompress), and "
        + "nothing is missed")]
    public static partial void UnseenRotation(ILogger logger, string flow, string path, string home);

    [LoggerMessage(2048, LogLevel.Information,
        "{Flow}: stream {Stream} is read to the end of {Path} at offset {Offset:N0}; a longer copy may be among the files that "
        + "cannot be accessed, and is searched for")]
    public static partial void SearchContinues(ILogger logger, string flow, long stream, string path, long offset);

    [LoggerMessage(2049, LogLevel.Error,
        "{Flow}: {Path} (stream {Stream}) is not found any more: not in {Directories}, nor in a directory below or beside. What was "
        + "written to it since {Since:u} is not shipped, and how much that is cannot be known. If it was moved, move it back or add its "
        + "directory to Paths; if it was deleted, delete files only while the service runs and tailshipper shipped says yes")]
    public static partial void Vanished(
        ILogger logger, string flow, string path, long stream, DateTimeOffset since, string directories);

    [LoggerMessage(2050, LogLevel.Warning,
        "{Flow}: {Path} appeared and was gone before it could be opened; what was in it is not shipped. Files must live until they are "
        + "opened, some ten milliseconds: write them elsewhere and move them in, and delete them later")]
    public static partial void NeverOpened(ILogger logger, string flow, string path);

    [LoggerMessage(2051, LogLevel.Warning,
        "{Flow}: the search for {Count} files that are not where they were ended after {Names:N0} names, in {Directory}. What was not "
        + "found by then is searched for no further. Add the directory that they are moved to to Paths")]
    public static partial void SearchCutShort(ILogger logger, string flow, int count, int names, string directory);

    [LoggerMessage(2052, LogLevel.Information,
        "{Flow}: {Path} was deleted after all {Bytes:N0} bytes of stream {Stream} were read; another file has its inode number now")]
    public static partial void InodeReused(ILogger logger, string flow, string path, long bytes, long stream);

    [LoggerMessage(2060, LogLevel.Warning,
        "{Flow}: {Link} is not followed: it leads to {Target}, outside the directory tree of its pattern. Set FollowLinks to "
        + "true for the flow, or name that place in Paths")]
    public static partial void OutsideLink(ILogger logger, string flow, string link, string target);

    [LoggerMessage(2061, LogLevel.Warning,
        "{Open} log files are open, which is the limit: others wait for their turn, and idle ones are closed for a while. "
        + "Nothing is lost unless they are deleted meanwhile. Raise LimitNOFILE in the unit (ulimit -n), or "
        + "Shipper:MaxOpenFiles where that is set")]
    public static partial void DescriptorsSpent(ILogger logger, int open);

    [LoggerMessage(2062, LogLevel.Warning,
        "{Flow}: {Directory} cannot be watched ({Reason}); its files, and those of what else cannot be watched, are polled every "
        + "ScanInterval instead. {Remedy}")]
    public static partial void Unwatched(ILogger logger, string flow, string directory, string reason, string remedy);

    [LoggerMessage(2063, LogLevel.Information, "{Flow}: more happened in its directories than is kept; scanning now")]
    public static partial void WatchOverflowed(ILogger logger, string flow);

    [LoggerMessage(2064, LogLevel.Warning,
        "{Flow}: {Path} is not tailed, because it is not text: {What}. Leave it out with Exclude. If it is to be shipped, set "
        + "Encoding for UTF-16, LineEnd for records that end with NUL, or IncludeBinary")]
    public static partial void NotText(ILogger logger, string flow, string path, string what);

    [LoggerMessage(2065, LogLevel.Information,
        "{Flow}: {Path} is the shipper's own and is left out. Narrow the pattern, or set IncludeOwnFiles for the flow")]
    public static partial void OwnFile(ILogger logger, string flow, string path);

    [LoggerMessage(2066, LogLevel.Information,
        "{Flow}: {Path} is compressed and not tailed; what is unread of a file that a rotation compressed is found in it ({Endings})")]
    public static partial void CompressedName(ILogger logger, string flow, string path, string endings);

    [LoggerMessage(2067, LogLevel.Warning,
        "{Flow}: the directory {Path} is not searched, because it is more than {Depth} levels below the root of its pattern. Name it "
        + "in Paths if it has logs")]
    public static partial void TooDeep(ILogger logger, string flow, string path, int depth);

    [LoggerMessage(2068, LogLevel.Warning,
        "{Flow}: {Path} is not tailed, because it is no regular file but a directory, pipe, socket or device. Leave it out with Exclude")]
    public static partial void NotRegular(ILogger logger, string flow, string path);

    [LoggerMessage(2069, LogLevel.Information,
        "{Flow}: {Count} paths were named that are left out for the same reason; {Path} and further ones are counted only "
        + "(left_out_paths). tailshipper explain PATH gives the reason for each")]
    public static partial void ManyLeftOut(ILogger logger, string flow, int count, string path);

    [LoggerMessage(2070, LogLevel.Warning,
        "{Flow}: a line of more than {Limit:N0} bytes at offset {Offset:N0} of {Path} is too long for a record; it is sent in "
        + "pieces, each with a newline (Oversize is Split)")]
    public static partial void OversizeSplit(ILogger logger, string flow, int limit, long offset, string path);

    [LoggerMessage(2071, LogLevel.Warning,
        "{Flow}: a line of {Length:N0} bytes at offset {Offset:N0} of {Path} is too long for a record; its last {Cut:N0} bytes are "
        + "left out (Oversize is Truncate)")]
    public static partial void OversizeTruncated(ILogger logger, string flow, long length, long offset, string path, long cut);

    [LoggerMessage(2072, LogLevel.Error,
        "{Flow}: {Path} waits at a line too long for a record, which cannot be set aside: {Reason}. Nothing is dropped; it is "
        + "retried")]
    public static partial void LongLineWaits(ILogger logger, string flow, string path, string reason);

    [LoggerMessage(2073, LogLevel.Warning,
        "{Flow}: {Bytes:N0} NULs at offset {Offset:N0} of {Path} are part of no line and are left out; what follows is shipped. Where the "
        + "file was truncated, its writer does not append: let it append (>> in a shell, O_APPEND), or rotate by rename instead of "
        + "copytruncate")]
    public static partial void PaddingPassed(ILogger logger, string flow, long bytes, long offset, string path);

    [LoggerMessage(2074, LogLevel.Warning,
        "{Flow}: the {Bytes:N0} bytes from offset {Offset:N0} of {Path} on have no newline, but {Returns:N0} carriage returns. If these "
        + "end its lines, set LineEnd to CarriageReturn for the flow; otherwise all of it becomes one line")]
    public static partial void NoNewlineButReturns(ILogger logger, string flow, int bytes, long offset, string path, int returns);

    [LoggerMessage(2075, LogLevel.Information,
        "{Flow}: {Path} has nothing but {Bytes:N0} NULs so far; it waits for text. If there will never be any, leave it out with Exclude")]
    public static partial void OnlyPadding(ILogger logger, string flow, string path, long bytes);

    [LoggerMessage(2076, LogLevel.Information, "The event queue of the kernel overflowed; all {Flows} flows scan now")]
    public static partial void KernelQueueOverflowed(ILogger logger, int flows);

    [LoggerMessage(2104, LogLevel.Error,
        "{Flow}: {Path} cannot be read ({Reason}); it is tried again. See dmesg for a failing disk, and that the mount is "
        + "there")]
    public static partial void ReadFailed(ILogger logger, string flow, string path, string reason);
}
