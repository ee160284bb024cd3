namespace Shipper.LocalFirehose.Configuration;

/// <summary>The compression formats that are delivered here; Firehose also knows ZIP, Snappy and HADOOP_SNAPPY.</summary>
internal enum Compression
{
    /// <summary><c>UNCOMPRESSED</c>.</summary>
    Uncompressed,

    /// <summary><c>GZIP</c>; object names end in <c>.gz</c>.</summary>
    Gzip,
}
