namespace Shipper.TailShipper.Delivery;

/// <summary>What one call's answer means for the body that was sent.</summary>
internal enum CallFate
{
    /// <summary>The call was taken; each record has a fate of its own.</summary>
    Answered,

    /// <summary>Too fast: slow down and send again.</summary>
    Throttled,

    /// <summary>A passing fault, and the body surely did not arrive: send again.</summary>
    Failed,

    /// <summary>No connection, so the body did not arrive: send again; when it stays so, probe slowly.</summary>
    Unreachable,

    /// <summary>A passing fault, and the body may have arrived: send again, and count that it may repeat.</summary>
    Ambiguous,

    /// <summary>The service refuses something in the body: halve it to find what.</summary>
    Invalid,

    /// <summary>The body is too large for the service: send it in halves, and smaller ones from now on.</summary>
    TooLarge,

    /// <summary>Nothing will pass until someone mends something outside: probe slowly, drop nothing.</summary>
    Blocked,
}
