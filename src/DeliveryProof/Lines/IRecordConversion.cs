namespace Shipper.DeliveryProof.Lines;

/// <summary>What becomes of a record between file and call. Used by one thread.</summary>
internal interface IRecordConversion
{
    /// <summary>Converts a record.</summary>
    /// <param name="record">With its newline.</param>
    /// <param name="offset">Where it begins in the file.</param>
    /// <returns>What is sent, valid until the next call; empty where nothing is.</returns>
    ReadOnlySpan<byte> Convert(ReadOnlySpan<byte> record, long offset);
}
