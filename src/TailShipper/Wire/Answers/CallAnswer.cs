using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>What came back from one PutRecordBatch call, free of wire format.</summary>
internal sealed record CallAnswer
{
    /// <summary>HTTP status; 0 when no complete answer arrived, or none that can be believed.</summary>
    public required int Status { get; init; }

    /// <summary>Error code without prefix, for example <c>ServiceUnavailableException</c>, or <c>Http503</c> and the like where something other than the service answered; null for success and for transport failures.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The service's words (for a 200: about the first refused record), or the transport's; one line of at most 500 characters; never holds secrets, and the service is not known to quote record data.</summary>
    public string? Message { get; init; }

    /// <summary>What broke where <see cref="Status"/> is 0; None otherwise.</summary>
    public TransportFailure Failure { get; init; }

    /// <summary>For a 200: the records that were refused, by index in the request, ascending.</summary>
    public IReadOnlyList<RefusedRecord> Refused { get; init; } = [];

    /// <summary>From sending to the answer's last byte.</summary>
    public TimeSpan Elapsed { get; init; }
}
