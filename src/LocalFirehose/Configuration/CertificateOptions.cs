namespace Shipper.LocalFirehose.Configuration;

/// <summary>The section <c>LocalFirehose:Certificate</c>.</summary>
internal sealed class CertificateOptions
{
    /// <summary>A PKCS #12 file (.pfx) with its private key; null or empty means plain HTTP.</summary>
    public string? Path { get; set; }

    /// <summary>The file's password; null when it has none.</summary>
    public string? Password { get; set; }
}
