namespace Shipper.TailShipper.Streams;

/// <summary>Where a stream is in its life cycle.</summary>
internal enum StreamState
{
    /// <summary>Its path still leads to it; it may grow.</summary>
    Active,

    /// <summary>Its path leads elsewhere or nowhere; what it holds is still being read.</summary>
    Rotated,

    /// <summary>Rotated, read to its end and all of it settled; remembered so that it is known again.</summary>
    Acknowledged,

    /// <summary>Truncated, replaced or rewound: another stream took its place. It never continues.</summary>
    Superseded,
}
