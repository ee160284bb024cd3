namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>Where a replay begins.</summary>
internal enum ReplayKind
{
    /// <summary>At each file's first byte.</summary>
    FromStart,

    /// <summary>At <see cref="ReplayRequest.Offset"/> of the file at <see cref="ReplayRequest.Path"/>.</summary>
    FromOffset,

    /// <summary>Where each file stood at <see cref="ReplayRequest.Since"/>.</summary>
    Since,
}
