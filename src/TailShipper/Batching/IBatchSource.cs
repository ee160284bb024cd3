using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Batching;

/// <summary>Gives the reader the batch that it fills.</summary>
internal interface IBatchSource
{
    /// <summary>
    /// False when this stream has to wait, and others need not: it keeps its order, and enough of it is ready or in flight. Where all have
    /// to wait it may be true.
    /// </summary>
    bool Takes(StreamId stream);

    /// <summary>The batch to fill; null when enough is in flight: reading stops then, and the file is the queue.</summary>
    Batch? Current(StreamId stream);

    /// <summary>Passes the full batch on and returns the next one; null as above.</summary>
    Batch? Next(StreamId stream);
}
