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
    /// <param name="stream">Whose records.</param>
    /// <param name="since">Timestamp at which the first of them was written, as far as known: the batch is as old. Left out: now.</param>
    Batch? Current(StreamId stream, long since = long.MaxValue);

    /// <summary>Passes the full batch on and returns the next one; null as above.</summary>
    /// <inheritdoc cref="Current"/>
    Batch? Next(StreamId stream, long since = long.MaxValue);
}
