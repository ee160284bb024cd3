using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>A certificate authority of one test, and its PEM file.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Bundle, _root.ExportCertificatePem());
    }

    /// <summary>The authority's PEM file.</summary>
    public string Bundle { get; } = Path.Join(Path.GetTempPath(), $"tailshipper-test-{Guid.NewGuid():N}.pem");

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Issue(params string[] names) =>
        Issue(_root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), usage: null, names);

    /// <summary>One that nobody may accept: expired, not valid yet, for clients only, or signed by itself.</summary>
    public X509Certificate2 IssueUnfit(string how, string name) => how switch
    {
        "expired" => Issue(_root, DateTimeOffset.UtcNow.AddHours(-3), DateTimeOffset.UtcNow.AddHours(-1), usage: null, name),
        "not valid yet" => Issue(_root, DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow.AddHours(3), usage: null, name),
        "for clients" => Issue(
            _root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), usage: "1.3.6.1.5.5.7.3.2", name),
        "signed by itself" => Issue(null, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), usage: null, name),
        _ => throw new ArgumentException($"no such way: {how}", nameof(how)),
    };

    private static X509Certificate2 Issue(
        X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset to, string? usage, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        using var bare = issuer is null ? null : request.Create(issuer, from, to, Guid.NewGuid().ToByteArray());
        using var whole = bare?.CopyWithPrivateKey(key) ?? request.CreateSelfSigned(from, to);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    public void Dispose()
    {
        _root.Dispose();
        File.Delete(Bundle);
    }
}
