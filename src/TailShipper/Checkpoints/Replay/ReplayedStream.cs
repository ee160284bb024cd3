namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>A stream that was rewound.</summary>
/// <param name="Path">Its file.</param>
/// <param name="From">Offset at which delivery begins again, in bytes.</param>
/// <param name="To">Committed offset it had reached, in bytes.</param>
internal readonly record struct ReplayedStream(string Path, long From, long To);
