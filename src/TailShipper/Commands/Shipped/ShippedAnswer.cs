namespace Shipper.TailShipper.Commands.Shipped;

/// <summary>Whether one file is shipped.</summary>
/// <param name="State">The answer.</param>
/// <param name="Text">Why, for people.</param>
/// <param name="MayChange">False when waiting cannot bring another answer.</param>
internal readonly record struct ShippedAnswer(ShippedState State, string Text, bool MayChange = true);
