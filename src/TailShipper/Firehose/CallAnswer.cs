namespace Shipper.TailShipper.Firehose;

/// <summary>What came back from one PutRecordBatch call, free of wire format.</summary>
internal sealed record CallAnswer
{
    /// <summary>HTTP status; 0 when no complete answer arrived.</summary>
    public required int Status { get; init; }

    /// <summary>Error code without prefix, for example <c>ServiceUnavailableException</c>; null for success and for transport failures.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The service's words, or the transport's; never holds secrets or record data.</summary>
    public string? Message { get; init; }

    /// <summary>What broke where there was no complete answer; None otherwise.</summary>
    public TransportFailure Failure { get; init; }

    /// <summary>For a 200: the records that were refused, by index in the request, ascending.</summary>
    public IReadOnlyList<RefusedRecord> Refused { get; init; } = [];

    /// <summary>From sending to the answer's last byte.</summary>
    public TimeSpan Elapsed { get; init; }
}
