namespace Shipper.TailShipper.Firehose;

/// <summary>
/// The fixed bytes around records in a request body. Every record is written as prefix + base64 + suffix, and every
/// prefix begins with a comma; the comma of a body's first record is left out when the body is sent. So a record's
/// bytes can be moved to another body as they are.
/// </summary>
/// <param name="Header">Up to and including the array's opening bracket.</param>
/// <param name="RecordPrefix">From the comma to the quote that opens the base64 text.</param>
/// <param name="RecordSuffix">From the quote that closes it to the record's end.</param>
/// <param name="Trailer">From the array's closing bracket.</param>
internal sealed record RecordEnvelope(byte[] Header, byte[] RecordPrefix, byte[] RecordSuffix, byte[] Trailer)
{
    /// <summary>The envelope of <c>Firehose_20150804.PutRecordBatch</c> for one delivery stream.</summary>
    public static RecordEnvelope ForDeliveryStream(string name) => new(
        System.Text.Encoding.UTF8.GetBytes($"{{\"DeliveryStreamName\":{System.Text.Json.JsonSerializer.Serialize(name)},\"Records\":["),
        ",{\"Data\":\""u8.ToArray(),
        "\"}"u8.ToArray(),
        "]}"u8.ToArray());
}
