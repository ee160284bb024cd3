using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>How many lines make a record.</summary>
/// <param name="TargetBytes">A record takes no further line past this many raw bytes; at most the service's limit of a record.</param>
/// <param name="MaxLines">Lines in a record, at least 1.</param>
internal readonly record struct Packing(int TargetBytes, int MaxLines)
{
    /// <summary>One line per record.</summary>
    public static Packing LinePerRecord(BatchLimits limits) => new(limits.MaxRecordBytes, 1);
}
