namespace Shipper.LocalFirehose.Faults;

/// <summary>What an outage looks like from outside.</summary>
internal enum OutageAnswer
{
    /// <summary>503 ServiceUnavailableException.</summary>
    ServiceUnavailable,

    /// <summary>The connection is aborted as soon as the request's head has arrived.</summary>
    Abort,
}
