namespace Shipper.TailShipper.Wire.Signing;

/// <summary>A request header that the signature covers.</summary>
/// <param name="Name">Its name in lower case.</param>
/// <param name="Value">Its value as sent.</param>
internal readonly record struct SignedHeader(string Name, string Value);
