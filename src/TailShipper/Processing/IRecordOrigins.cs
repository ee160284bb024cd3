using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>Where the records of a stream come from.</summary>
internal interface IRecordOrigins
{
    /// <summary>The path of the stream's file, as last seen; empty when there is no such stream any more.</summary>
    string PathOf(StreamId stream);

    /// <summary>
    /// The first line of a stream's file as UTF-8, without its end and a byte order mark, at most 64 KiB; null where it cannot be read. The
    /// same array as long as the stream has the file.
    /// </summary>
    byte[]? HeaderOf(StreamId stream);

    /// <summary>The stream that first shipped its bytes: another one only where it replays them.</summary>
    StreamId SourceOf(StreamId stream);
}
