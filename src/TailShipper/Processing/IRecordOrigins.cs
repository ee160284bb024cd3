using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>Where the records of a stream come from.</summary>
internal interface IRecordOrigins
{
    /// <summary>The path of the stream's file, as last seen; empty when there is no such stream any more.</summary>
    string PathOf(StreamId stream);

    /// <summary>The stream that first shipped its bytes: another one only where it replays them.</summary>
    StreamId SourceOf(StreamId stream);
}
