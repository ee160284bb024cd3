namespace Shipper.TailShipper.Batching;

/// <summary>Why packing stopped.</summary>
internal enum PackEnd
{
    /// <summary>What is left of the window has no newline.</summary>
    NeedMore,

    /// <summary>The batch, or the memory for it, is full.</summary>
    Full,

    /// <summary>The next line is longer than a record may be.</summary>
    Oversize,
}
