namespace Shipper.TailShipper.Processing;

/// <summary>What processing counts. Called by the flow's loop only.</summary>
internal interface IProcessingEvents
{
    /// <summary>A record is left out as a rule says.</summary>
    /// <param name="bytes">Its bytes in the file.</param>
    /// <param name="isSettled">True when they are settled by now; else they settle with the record before them.</param>
    void LeftOut(long bytes, bool isSettled);

    /// <summary>A record was too large after processing, and was cut or sent in pieces.</summary>
    void Oversize();

    /// <summary>Bytes were cut off a record that was too large after processing.</summary>
    void Cut(long bytes);

    /// <summary>A record was set aside on disk.</summary>
    /// <param name="bytes">Its bytes in the file.</param>
    void DeadLettered(long bytes);
}
