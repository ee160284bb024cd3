namespace Shipper.TailShipper.Delivery;

/// <summary>Whether calls go to a delivery stream.</summary>
internal enum CircuitState
{
    /// <summary>They do.</summary>
    Closed,

    /// <summary>Something outside must be mended; calls wait for the time of the next probe.</summary>
    Open,

    /// <summary>One call is under way to see whether it was mended; the others wait.</summary>
    Probing,
}
