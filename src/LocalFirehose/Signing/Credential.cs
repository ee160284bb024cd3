namespace Shipper.LocalFirehose.Signing;

/// <summary>The one key that is known.</summary>
internal sealed record Credential(string AccessKeyId, string SecretAccessKey);
