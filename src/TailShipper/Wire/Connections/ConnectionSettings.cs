using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Wire.Connections;

/// <summary>How endpoints are reached: through which proxies, and whose certificates are trusted.</summary>
internal sealed class ConnectionSettings
{
    /// <summary>The system's proxies and certificate authorities.</summary>
    public static ConnectionSettings System { get; } = new();

    /// <summary>The file of the authorities that are trusted in place of the system's; null for the system's.</summary>
    public string? CaBundle { get; private init; }

    /// <summary>The certificates in <see cref="CaBundle"/>.</summary>
    public X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>The proxy for https addresses; null for the system's settings.</summary>
    public EndpointProxy? SecureProxy { get; private init; }

    /// <summary>The proxy for http addresses; null for the system's settings.</summary>
    public EndpointProxy? PlainProxy { get; private init; }

    /// <summary>Reads the settings and the bundle; a wrong one is added to <paramref name="problems"/> and not used.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="problems">Takes what is wrong; never a proxy's value, which may hold a password.</param>
    public static ConnectionSettings Load(AwsOptions options, Func<string, string?> environment, ConfigurationProblems problems)
    {
        var (bundle, setting) = string.IsNullOrWhiteSpace(options.CaBundle)
            ? (environment("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE")
            : (options.CaBundle, "Shipper:Aws:CaBundle");
        var authorities = string.IsNullOrWhiteSpace(bundle) ? null : ReadBundle(bundle, setting, problems);
        return new ConnectionSettings
        {
            CaBundle = authorities is null ? null : bundle,
            Authorities = authorities,
            SecureProxy = Proxy(options, Uri.UriSchemeHttps, environment, problems),
            PlainProxy = Proxy(options, Uri.UriSchemeHttp, environment, null),
        };
    }

    /// <summary>The proxy for <paramref name="url"/>; null when none is configured or NO_PROXY excludes the host.</summary>
    public EndpointProxy? ProxyFor(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps ? SecureProxy : PlainProxy) is { } proxy && !proxy.IsBypassed(url) ? proxy : null;

    private static X509Certificate2Collection? ReadBundle(string path, string setting, ConfigurationProblems problems)
    {
        const string Fix = "Name a file of PEM certificates that the service's account may read; the root authority must be in it";
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            if (certificates.Count > 0)
            {
                return certificates;
            }

            problems.Add(setting, path, "holds no certificate", Fix);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problems.Add(setting, path, $"cannot be read ({exception.Message})", Fix);
        }

        return null;
    }

    private static EndpointProxy? Proxy(
        AwsOptions options, string scheme, Func<string, string?> environment, ConfigurationProblems? problems)
    {
        try
        {
            return EndpointProxy.For(options.Proxy, scheme, environment);
        }
        catch (FormatException exception)
        {
            // The value is not shown: it may hold a password.
            problems?.Add(
                exception.Message.Split(' ')[0], null, "is not the address of a proxy",
                "Write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with special characters percent-encoded");
            return null;
        }
    }
}
