namespace Shipper.TailShipper.Configuration;

/// <summary>Where the partition key of a Kinesis record comes from.</summary>
internal enum PartitionKeySource
{
    /// <summary>A new random key for each record: the load spreads evenly over the shards; no order between records.</summary>
    Random,

    /// <summary>The file's path: a file's records go to one shard, in order.</summary>
    Path,

    /// <summary>A member of the JSON object that the record begins with.</summary>
    JsonField,
}
