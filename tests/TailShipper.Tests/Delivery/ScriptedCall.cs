namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>One call as the service saw it.</summary>
/// <param name="Number">Calls before it.</param>
/// <param name="Records">Its records, one character a byte.</param>
internal sealed record ScriptedCall(int Number, IReadOnlyList<string> Records);
