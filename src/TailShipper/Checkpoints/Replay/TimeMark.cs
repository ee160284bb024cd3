namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>Where a stream's committed offset stood at a moment; <c>replay --since</c> looks it up.</summary>
/// <param name="At">UTC.</param>
/// <param name="Offset">Committed offset in bytes.</param>
internal readonly record struct TimeMark(DateTimeOffset At, long Offset);
