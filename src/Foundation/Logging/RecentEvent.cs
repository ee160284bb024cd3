namespace Shipper.Foundation.Logging;

/// <summary>A warning or error of late.</summary>
/// <param name="At">When it was last said, UTC.</param>
/// <param name="Level">Warning, Error or Fatal.</param>
/// <param name="EventId">Its number; 0 when it has none.</param>
/// <param name="Text">What it said last, at most 500 characters.</param>
/// <param name="Times">How often it was said, or would have been.</param>
internal sealed record RecentEvent(DateTimeOffset At, string Level, int EventId, string Text, long Times);
