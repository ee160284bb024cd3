using System.Text;
using System.Text.Json;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>
/// The bytes around records in a request body. Every record is written as prefix + key, if there are keys + base64 +
/// suffix, and every prefix begins with a comma; the comma of a body's first record is left out when the body is sent.
/// So a record's bytes can be moved to another body as they are.
/// </summary>
/// <param name="Header">Up to and including the array's opening bracket.</param>
/// <param name="RecordPrefix">From the comma to the quote that opens the base64 text, or the partition key where there are keys.</param>
/// <param name="RecordSuffix">From the quote that closes the base64 text to the record's end.</param>
/// <param name="Trailer">From the array's closing bracket.</param>
internal sealed record RecordEnvelope(byte[] Header, byte[] RecordPrefix, byte[] RecordSuffix, byte[] Trailer)
{
    // The same for all streams. Nobody changes them.
    private static readonly byte[] DataPrefix = ",{\"Data\":\""u8.ToArray();
    private static readonly byte[] KeyPrefix = ",{\"PartitionKey\":\""u8.ToArray();
    private static readonly byte[] DataAfterKey = "\",\"Data\":\""u8.ToArray();
    private static readonly byte[] Suffix = "\"}"u8.ToArray();
    private static readonly byte[] End = "]}"u8.ToArray();

    /// <summary>
    /// Gives each record its key; null where the service has none. Shared by the bodies of one flow, whose loop alone writes them.
    /// </summary>
    public IPartitionKeys? Keys { get; private init; }

    /// <summary>From the quote that closes the key to the one that opens the base64 text; empty without keys.</summary>
    public byte[] AfterKey { get; private init; } = [];

    /// <summary>The envelope of <c>Firehose_20150804.PutRecordBatch</c> for one delivery stream.</summary>
    public static RecordEnvelope ForDeliveryStream(string name) => new(
        Encoding.UTF8.GetBytes($"{{\"DeliveryStreamName\":\"{JsonEncodedText.Encode(name)}\",\"Records\":["),
        DataPrefix, Suffix, End);

    /// <summary>The envelope of <c>Kinesis_20131202.PutRecords</c> for one stream, by its name or its ARN.</summary>
    public static RecordEnvelope ForKinesisStream(string stream, IPartitionKeys keys) => new(
        Encoding.UTF8.GetBytes($"{{\"{MemberOf(stream)}\":\"{JsonEncodedText.Encode(stream)}\",\"Records\":["),
        KeyPrefix, Suffix, End)
    {
        Keys = keys,
        AfterKey = DataAfterKey,
    };

    /// <summary>The member of a Kinesis request that names a stream; no name contains a colon.</summary>
    public static string MemberOf(string stream) => stream.Contains(':', StringComparison.Ordinal) ? "StreamARN" : "StreamName";
}
