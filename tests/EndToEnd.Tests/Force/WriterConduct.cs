namespace Shipper.EndToEnd.Tests.Force;

/// <summary>What the writer does while logrotate runs.</summary>
internal enum WriterConduct
{
    /// <summary>Writes on, into the renamed file, until logrotate's script asks it to open its log anew.</summary>
    GoesOn,

    /// <summary>Writes nothing: what comes between copytruncate's copy and its truncation logrotate itself destroys.</summary>
    Pauses,
}
