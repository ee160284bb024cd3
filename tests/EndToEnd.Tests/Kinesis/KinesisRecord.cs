namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>A record as a consumer gets it.</summary>
internal sealed record KinesisRecord(string Shard, string Key, string Sequence, byte[] Data);
