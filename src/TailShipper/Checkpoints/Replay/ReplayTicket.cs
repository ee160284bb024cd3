namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>A request with the id under which it is answered.</summary>
/// <param name="Id">32 hex digits, in the order of asking.</param>
/// <param name="Request">What is asked.</param>
internal sealed record ReplayTicket(string Id, ReplayRequest Request);
