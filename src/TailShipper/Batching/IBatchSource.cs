namespace Shipper.TailShipper.Batching;

/// <summary>Where reading gets the batch it fills.</summary>
internal interface IBatchSource
{
    /// <summary>The batch to fill; null when enough is in flight: reading then stops, and the file is the queue.</summary>
    Batch? Current();

    /// <summary>Hands the current batch on because it is full, and gives the next one; null as above.</summary>
    Batch? Next();
}
