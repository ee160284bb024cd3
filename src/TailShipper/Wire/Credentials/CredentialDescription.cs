namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Credentials in words, for a person who checks the set-up.</summary>
/// <param name="Available">False when calls cannot be signed.</param>
/// <param name="Text">Source and the last four characters of the access key id, or what is missing and what to do.</param>
internal readonly record struct CredentialDescription(bool Available, string Text);
