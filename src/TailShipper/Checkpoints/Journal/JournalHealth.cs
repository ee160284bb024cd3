namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Whether checkpoints reach the disk.</summary>
/// <param name="IsOk">False while the last attempt to write failed. Shipping goes on; a crash now would repeat more than usual.</param>
/// <param name="Reason">Empty when all is well, else in words.</param>
/// <param name="Since">When it became so, UTC.</param>
internal sealed record JournalHealth(bool IsOk, string Reason, DateTimeOffset Since);
