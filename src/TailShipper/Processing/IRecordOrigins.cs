using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>Where the records of a stream come from.</summary>
internal interface IRecordOrigins
{
    /// <summary>What is known of a stream; asked for each record.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="withHeader">Whether the file's first line is wanted, which is read when it is first asked for.</param>
    RecordSource Of(StreamId stream, bool withHeader);
}

/// <summary>What is known of a record's stream.</summary>
/// <param name="Path">The path of its file, as last seen; empty when there is no such stream any more.</param>
/// <param name="First">The stream that first shipped its bytes: another one only where it replays them.</param>
/// <param name="Header">
/// The first line of its file as UTF-8, without its end and a byte order mark, at most 64 KiB; null where it was not asked for or cannot be
/// read. The same array as long as the stream has the file.
/// </param>
internal readonly record struct RecordSource(string Path, StreamId First, byte[]? Header);
