namespace Shipper.TailShipper.Firehose;

/// <summary>One operation of an AWS JSON 1.1 service.</summary>
/// <param name="Service">The name that signatures and endpoints carry, for example <c>firehose</c>.</param>
/// <param name="Target">The value of <c>X-Amz-Target</c>: the service's API version, a dot, the operation.</param>
internal readonly record struct ServiceOperation(string Service, string Target)
{
    /// <summary>Firehose's PutRecordBatch, API version 2015-08-04.</summary>
    public static ServiceOperation PutRecordBatch { get; } = new("firehose", "Firehose_20150804.PutRecordBatch");
}
