namespace Shipper.TailShipper.Batching;

/// <summary>Gives the reader the batch that it fills.</summary>
internal interface IBatchSource
{
    /// <summary>The batch to fill; null when enough is in flight: reading stops then, and the file is the queue.</summary>
    Batch? Current();

    /// <summary>Passes the full batch on and returns the next one; null as above.</summary>
    Batch? Next();
}
