using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Wire;

/// <summary>One operation of an AWS JSON 1.1 service.</summary>
/// <param name="Service">The name that signatures and endpoints carry, for example <c>firehose</c>.</param>
/// <param name="Target">The value of <c>X-Amz-Target</c>: the service's API version, a dot, the operation.</param>
/// <param name="Answer">What its answers look like.</param>
internal sealed record ServiceOperation(string Service, string Target, AnswerShape Answer)
{
    /// <summary>Firehose's PutRecordBatch, API version 2015-08-04.</summary>
    public static ServiceOperation PutRecordBatch { get; } = new("firehose", "Firehose_20150804.PutRecordBatch", AnswerShape.PutRecordBatch);

    /// <summary>Kinesis' PutRecords, API version 2013-12-02.</summary>
    public static ServiceOperation PutRecords { get; } = new("kinesis", "Kinesis_20131202.PutRecords", AnswerShape.PutRecords);
}
