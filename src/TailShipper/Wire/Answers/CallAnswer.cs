namespace Shipper.TailShipper.Wire.Answers;

/// <summary>The answer to one call, independent of the wire format.</summary>
internal sealed record CallAnswer
{
    /// <summary>HTTP status; 0 when no complete answer arrived, or one that contradicts itself.</summary>
    public required int Status { get; init; }

    /// <summary>
    /// Error code without prefix, for example <c>ServiceUnavailableException</c>, or <c>Http503</c> and the like where something other
    /// than the service answered; null for success and for transport failures.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>
    /// The service's message (of a 200: about the first refused record), or the transport's; one line of at most 500 characters.
    /// Contains no secrets, and the service is not known to quote record data.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>What failed when <see cref="Status"/> is 0; None otherwise.</summary>
    public TransportFailure Failure { get; init; }

    /// <summary>For a 200: the records that were refused, by index in the request, ascending.</summary>
    public IReadOnlyList<RefusedRecord> Refused { get; init; } = [];

    /// <summary>For a 200 of an operation that does not take a batch: the body as it came.</summary>
    public byte[]? Content { get; init; }

    /// <summary>From sending to the answer's last byte.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>Why a call ended without a complete answer.</summary>
internal enum TransportFailure
{
    /// <summary>There was an answer.</summary>
    None,

    /// <summary>No connection: refused, no route, DNS, TLS handshake. The body did not arrive.</summary>
    NotConnected,

    /// <summary>There were no usable credentials. Nothing was sent.</summary>
    NoCredentials,

    /// <summary>
    /// The connection broke or timed out after sending began, or a 200 leaves records in doubt: the body may have arrived.
    /// </summary>
    Ambiguous,
}

/// <summary>One record of a batch that a 200 answer refused.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="ErrorCode">For example <c>ServiceUnavailableException</c> or <c>InternalFailure</c>.</param>
internal readonly record struct RefusedRecord(int Index, string ErrorCode);
