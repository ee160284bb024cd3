namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>What a checkpoint file is, told by the end of its name.</summary>
internal enum CheckpointFileKind
{
    /// <summary>All streams at one moment.</summary>
    Snapshot,

    /// <summary>What changed since the snapshot of the same generation.</summary>
    Journal,

    /// <summary>A snapshot that is not complete yet, or never became so.</summary>
    Temporary,

    /// <summary>Found damaged and set aside for a person to look at. Never read again.</summary>
    Corrupt,
}
