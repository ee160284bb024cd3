namespace Shipper.TailShipper.Delivery;

/// <summary>What is remembered of one delivery stream.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Rate">The learnt pace in <see cref="QuotaUnits"/> a second; null when there was no limit.</param>
/// <param name="BodyBytes">The largest body it was found to take, in raw bytes; null when none was refused for its size.</param>
/// <param name="At">When it was learnt, in UTC.</param>
internal sealed record LearntPace(string Stream, double? Rate, long? BodyBytes, DateTimeOffset At);
