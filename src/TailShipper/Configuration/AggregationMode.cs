namespace Shipper.TailShipper.Configuration;

/// <summary>How lines become records.</summary>
internal enum AggregationMode
{
    /// <summary>One line per record: right for every destination.</summary>
    None,

    /// <summary>Whole lines together: for S3 and JSON format conversion. Not for destinations that index each record.</summary>
    Lines,
}
