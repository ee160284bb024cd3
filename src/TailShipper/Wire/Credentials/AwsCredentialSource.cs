using System.Buffers;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>
/// Credentials from the SDK's chain (environment, web identity, shared files with SSO, container, instance metadata), then the
/// configured role. The SDK renews them, a <see cref="CredentialLease"/> caches them. This class runs the chain once for all callers, on a
/// thread of the pool because the chain blocks, and caches a failure for a while so that calls do not queue behind a metadata service
/// that does not exist. When the shared files change, the chain runs again.
/// </summary>
internal sealed class AwsCredentialSource : ICredentialSource
{
    /// <summary>Minimum time between two lookups after a failed one, or after refused credentials.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long one caller waits for a lookup; the lookup itself continues.</summary>
    public static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(20);

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/+=.");

    private readonly Lock _gate = new();
    private readonly AwsOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<AWSCredentials> _chain;
    private readonly string? _region;
    private readonly Uri? _stsUrl;
    private readonly ConnectionSettings _connections;
    private readonly CredentialFiles _files = new(Environment.GetEnvironmentVariable);
    private readonly ILogger _logger;
    private Task<CredentialLease>? _lookup;
    private long _lookedUpAt;
    private CredentialsUnavailableException? _failure;
    private long _failedAt;
    private (long, long, long, long) _stamp;
    private long _stampedAt;
    private bool _refused;

    /// <param name="options">Profile, role and external id.</param>
    /// <param name="region">The region whose token service gives a role's credentials; null to find it when it is needed.</param>
    /// <param name="time">Measures <see cref="RetryInterval"/> and <see cref="LookupTimeout"/>.</param>
    /// <param name="chain">In place of the SDK's chain; it may block.</param>
    /// <param name="stsUrl">A custom endpoint of the token service.</param>
    /// <param name="connections">How the token service is reached; null for the system's settings.</param>
    /// <param name="logger">Logs changed files; null for none.</param>
    public AwsCredentialSource(
        AwsOptions options,
        string? region,
        TimeProvider time,
        Func<AWSCredentials>? chain = null,
        Uri? stsUrl = null,
        ConnectionSettings? connections = null,
        ILogger? logger = null)
    {
        (_options, _time, _logger) = (options, time, logger ?? NullLogger.Instance);
        _chain = chain ?? ResolveChain;
        (_region, _stsUrl, _connections) = (region, stsUrl, connections ?? ConnectionSettings.System);
        SdkClients.Register();
    }

    /// <summary>A source for the region that is configured or found.</summary>
    public static AwsCredentialSource Create(AwsOptions options, TimeProvider time, ConnectionSettings connections, ILogger? logger = null)
    {
        // Only a role's token service needs it.
        var region = string.IsNullOrEmpty(options.RoleArn) ? null : AwsRegion.Resolve(options) ?? AwsEndpoint.CustomEndpointRegion;
        return new AwsCredentialSource(options, region, time, connections: connections, logger: logger);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellation)
    {
        var lookup = Lookup();
        try
        {
            // The task is nearly always completed; waiting with a limit costs a timer.
            var lease = lookup.IsCompletedSuccessfully ? await lookup : await lookup.WaitAsync(LookupTimeout, _time, cancellation);
            var renewal = lease.GetAsync();
            return Usable(renewal.IsCompletedSuccessfully ? await renewal : await renewal.WaitAsync(LookupTimeout, _time, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException)
        {
            throw new CredentialsUnavailableException(
                $"Looking for AWS credentials takes more than {LookupTimeout.TotalSeconds:0} s and continues. "
                + "Check that the metadata service or the token service can be reached.");
        }
        catch (CredentialsUnavailableException exception)
        {
            throw Remember(lookup, exception);
        }
        catch (Exception exception)
        {
            throw Remember(lookup, new CredentialsUnavailableException(CredentialErrors.Advice(_options, exception)));
        }
    }

    /// <inheritdoc/>
    public void Refused(ImmutableCredentials credentials)
    {
        lock (_gate)
        {
            if (_lookup is { IsCompleted: true } && _time.GetElapsedTime(_lookedUpAt) >= RetryInterval)
            {
                _refused = true;
                Forget();
            }
        }
    }

    /// <inheritdoc/>
    public async Task<CredentialDescription> DescribeAsync(CancellationToken cancellation)
    {
        try
        {
            var key = (await GetAsync(cancellation)).AccessKey;
            var source = CredentialErrors.Source((await Lookup()).Source, _options);
            return new CredentialDescription(true, $"{source}, access key id {CredentialErrors.Masked(key)}");
        }
        catch (CredentialsUnavailableException exception)
        {
            return new CredentialDescription(false, exception.Message);
        }
    }

    private Task<CredentialLease> Lookup()
    {
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                if (_time.GetElapsedTime(_failedAt) < RetryInterval)
                {
                    throw new CredentialsUnavailableException(failure.Message);
                }

                _failure = null;
            }

            if (_lookup is { IsCompleted: true } && _time.GetElapsedTime(_stampedAt) >= RetryInterval)
            {
                _stampedAt = _time.GetTimestamp();
                if (_files.Stamp() != _stamp)
                {
                    CredentialLog.FilesChanged(_logger);
                    Forget();
                }
            }

            if (_lookup is null)
            {
                _stamp = _files.Stamp();
                _stampedAt = _time.GetTimestamp();
                _lookedUpAt = _time.GetTimestamp();
                var refused = _refused;
                _refused = false;
                _lookup = Task.Run(() => new CredentialLease(InRole(refused ? FromMetadata(_chain()) : _chain()), _time));
            }

            return _lookup;
        }
    }

    private CredentialsUnavailableException Remember(Task<CredentialLease> lookup, CredentialsUnavailableException failure)
    {
        lock (_gate)
        {
            // A caller that waited for an older lookup knows nothing about the current one.
            if (ReferenceEquals(_lookup, lookup))
            {
                Forget();
                (_failure, _failedAt) = (failure, _time.GetTimestamp());
            }
        }

        return failure;
    }

    // Calls in flight may still use the old credentials, so they are left to the garbage collector instead of being disposed; a
    // role's client shares the SDK's own connection pool.
    private void Forget() => _lookup = null;

    // The chain's single object for the instance's role asks the metadata service every other minute, and until then returns what
    // was refused.
    private static AWSCredentials FromMetadata(AWSCredentials found)
    {
        if (found is InstanceProfileAWSCredentials || !found.GetType().Name.Contains("InstanceProfile", StringComparison.Ordinal))
        {
            return found;
        }

        try
        {
            DirectAddresses.ExcludeFromSystemProxy();
            var asked = new InstanceProfileAWSCredentials();
            asked.GetCredentials();
            return asked;
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or InvalidOperationException
            or HttpRequestException or OperationCanceledException)
        {
            // The metadata service has nothing better, or does not answer.
            return found;
        }
    }

    // The configured role on top of what the chain found.
    private AWSCredentials InRole(AWSCredentials found)
    {
        var source = WithoutSdkRoles(found);
        return string.IsNullOrEmpty(_options.RoleArn) ? source : Assume(source, RoleRequest.Of(_options));
    }

    // A role of a profile: the SDK would look for a client of the token service by reflection, and cannot be given one with the
    // credentials that sign the call. A profile's source may be a role itself.
    private AWSCredentials WithoutSdkRoles(AWSCredentials found) => found is AssumeRoleAWSCredentials role
        ? Assume(WithoutSdkRoles(role.SourceCredentials), RoleRequest.Of(role))
        : found;

    private AssumedRoleCredentials Assume(AWSCredentials source, RoleRequest role) => new(
        source, role, _options, _region ?? AwsRegion.Resolve(_options) ?? AwsEndpoint.CustomEndpointRegion, _stsUrl, _connections);

    private AWSCredentials ResolveChain()
    {
        DirectAddresses.ExcludeFromSystemProxy();

        // The SDK checks once, at its first use, whether the file that the variable names exists, and never again. This setting is
        // read every time.
        if (Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE") is { Length: > 0 } file)
        {
            AWSConfigs.AWSProfilesLocation = file;
        }

        // A new resolver each time: the SDK's static one returns its cached result.
        using var resolver = new DefaultAWSCredentialsIdentityResolver();
        return string.IsNullOrEmpty(_options.Profile)
            ? resolver.ResolveIdentity(null)
            : resolver.ResolveIdentity(new AmazonSecurityTokenServiceConfig { Profile = new Amazon.Profile(_options.Profile) });
    }

    private static ImmutableCredentials Usable(ImmutableCredentials credentials) =>
        credentials.AccessKey.AsSpan().ContainsAnyExcept(KeyCharacters)
            ? throw new CredentialsUnavailableException(
                "The AWS access key id contains an invalid character, perhaps a line break or a quote. "
                + "Correct AWS_ACCESS_KEY_ID or the shared credentials file.")
            : credentials;
}

/// <summary>
/// Detects a change of the shared AWS files, so that new keys are used without a restart, and before the old ones are refused.
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class CredentialFiles(Func<string, string?> environment)
{
    private readonly string[] _paths =
    [
        Path(environment("AWS_SHARED_CREDENTIALS_FILE"), "credentials"),
        Path(environment("AWS_CONFIG_FILE"), "config"),
    ];

    /// <summary>Times and sizes of the files as they are now; equal stamps mean that nothing changed.</summary>
    public (long, long, long, long) Stamp()
    {
        var (time, size) = StampOf(_paths[0]);
        var (otherTime, otherSize) = StampOf(_paths[1]);
        return (time, size, otherTime, otherSize);
    }

    private static (long Time, long Size) StampOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? (file.LastWriteTimeUtc.Ticks, file.Length) : (0, -1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, -2);
        }
    }

    private static string Path(string? named, string usual) => string.IsNullOrWhiteSpace(named)
        ? System.IO.Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", usual)
        : named;
}

/// <summary>Log messages of the credentials; event id 2404.</summary>
internal static partial class CredentialLog
{
    [LoggerMessage(2404, LogLevel.Information, "the shared AWS files have changed: credentials are looked up again")]
    public static partial void FilesChanged(ILogger logger);
}
