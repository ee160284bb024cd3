namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>No usable credentials could be had; the message says why and what to do, and holds no secrets.</summary>
internal sealed class CredentialsUnavailableException(string message) : Exception(message);
