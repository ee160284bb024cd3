namespace Shipper.TailShipper.Configuration;

/// <summary>Which shard of a Kinesis stream a record goes to.</summary>
internal sealed class PartitionKeyOptions
{
    /// <summary>Random: spread evenly. Path: a file keeps to one shard. JsonField: by a member of the line's JSON object. Default Random.</summary>
    public PartitionKeySource Source { get; set; } = PartitionKeySource.Random;

    /// <summary>Name of the member that JsonField takes, at the top level of the object; case counts.</summary>
    public string? Field { get; set; }
}
