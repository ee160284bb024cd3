namespace Shipper.TailShipper.Wire.Connections;

/// <summary>Why a call ended without a complete answer.</summary>
internal enum TransportFailure
{
    /// <summary>There was an answer.</summary>
    None,

    /// <summary>No connection: refused, no route, DNS, TLS handshake. The body did not arrive.</summary>
    NotConnected,

    /// <summary>No usable credentials could be had. Nothing was sent.</summary>
    NoCredentials,

    /// <summary>The connection broke or the time ran out after sending began, or a 200 leaves records in doubt: the body may have arrived.</summary>
    Ambiguous,
}
