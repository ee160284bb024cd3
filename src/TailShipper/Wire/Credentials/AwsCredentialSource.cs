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
/// Credentials from the SDK's chain (environment, web identity, shared files with SSO, container, instance metadata),
/// then the configured role. The SDK keeps and renews them; this class asks the chain once for all callers, on a thread
/// of its own because the chain blocks, and remembers failure for a while so that calls do not queue behind a
/// metadata service that is not there. A change of the shared files is a reason to look again.
/// </summary>
internal sealed class AwsCredentialSource : ICredentialSource
{
    /// <summary>How long a failed lookup, and refused credentials that were looked up again, are not looked up once more.</summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(5);

    /// <summary>How long one caller waits for a lookup; the lookup itself goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/+=.");

    private readonly Lock _gate = new();
    private readonly AwsOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<AWSCredentials> _chain;
    private readonly Func<AWSCredentials, AWSCredentials> _role;
    private readonly CredentialFiles _files = new(Environment.GetEnvironmentVariable);
    private readonly ILogger _logger;
    private Task<AWSCredentials>? _lookup;
    private long _lookedUpAt;
    private CredentialsUnavailableException? _failure;
    private long _failedAt;
    private (long, long, long, long) _stamp;
    private long _stampedAt;
    private bool _refused;

    /// <param name="options">Profile, role and external id.</param>
    /// <param name="region">The region whose token service gives a role's credentials.</param>
    /// <param name="time">Measures <see cref="FailureMemory"/> and <see cref="Patience"/>.</param>
    /// <param name="chain">In place of the SDK's chain; it may block.</param>
    /// <param name="stsUrl">The token service's address in place of the region's.</param>
    /// <param name="connections">How the token service is reached; null for the system's ways.</param>
    /// <param name="logger">Hears of changed files; null for nobody.</param>
    public AwsCredentialSource(
        AwsOptions options, string region, TimeProvider time, Func<AWSCredentials>? chain = null, Uri? stsUrl = null, ConnectionSettings? connections = null, ILogger? logger = null)
    {
        (_options, _time, _logger) = (options, time, logger ?? NullLogger.Instance);
        _chain = chain ?? ResolveChain;
        _role = string.IsNullOrEmpty(options.RoleArn) ? source => source : source => new AssumedRoleCredentials(source, options, region, stsUrl, connections ?? ConnectionSettings.System);
    }

    /// <summary>A source for the region that is configured or found, as a service needs it that calls AWS.</summary>
    public static AwsCredentialSource Create(AwsOptions options, TimeProvider time, ConnectionSettings connections, ILogger? logger = null)
    {
        // Only a role's token service is asked in it.
        var region = string.IsNullOrEmpty(options.RoleArn) ? null : AwsRegion.Resolve(options);
        return new AwsCredentialSource(options, region ?? AwsEndpoint.RegionOfCustomAddress, time, connections: connections, logger: logger);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellation)
    {
        var lookup = Lookup();
        try
        {
            // Completed tasks are the rule; waiting with a limit costs a timer.
            var credentials = lookup.IsCompletedSuccessfully ? await lookup : await lookup.WaitAsync(Patience, _time, cancellation);
            var renewal = credentials.GetCredentialsAsync();
            return Usable(renewal.IsCompletedSuccessfully ? await renewal : await renewal.WaitAsync(Patience, _time, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException)
        {
            throw new CredentialsUnavailableException(
                $"Looking for AWS credentials takes more than {Patience.TotalSeconds:0} s; the lookup goes on. Check that the metadata service or the token service can be reached.");
        }
        catch (CredentialsUnavailableException exception)
        {
            throw Remember(lookup, exception);
        }
        catch (Exception exception)
        {
            throw Remember(lookup, new CredentialsUnavailableException(CredentialWords.Advice(_options, exception)));
        }
    }

    /// <inheritdoc/>
    public void Refused(ImmutableCredentials credentials)
    {
        lock (_gate)
        {
            if (_lookup is { IsCompleted: true } && _time.GetElapsedTime(_lookedUpAt) >= FailureMemory)
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
            var source = CredentialWords.Source(await Lookup(), _options);
            return new CredentialDescription(true, $"{source}, access key id {CredentialWords.Masked(key)}");
        }
        catch (CredentialsUnavailableException exception)
        {
            return new CredentialDescription(false, exception.Message);
        }
    }

    private Task<AWSCredentials> Lookup()
    {
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                if (_time.GetElapsedTime(_failedAt) < FailureMemory)
                {
                    throw new CredentialsUnavailableException(failure.Message);
                }

                _failure = null;
            }

            if (_lookup is { IsCompleted: true } && _time.GetElapsedTime(_stampedAt) >= FailureMemory)
            {
                _stampedAt = _time.GetTimestamp();
                if (_files.Stamp() != _stamp)
                {
                    WireLog.CredentialFilesChanged(_logger);
                    Forget();
                }
            }

            if (_lookup is null)
            {
                _stamp = _files.Stamp();
                _stampedAt = _time.GetTimestamp();
                _lookedUpAt = _time.GetTimestamp();
                var anew = _refused;
                _refused = false;
                _lookup = Task.Run(() => _role(anew ? Anew(_chain()) : _chain()));
            }

            return _lookup;
        }
    }

    private CredentialsUnavailableException Remember(Task<AWSCredentials> lookup, CredentialsUnavailableException failure)
    {
        lock (_gate)
        {
            // A caller that waited on an older lookup has nothing to say about the present one.
            if (ReferenceEquals(_lookup, lookup))
            {
                Forget();
                (_failure, _failedAt) = (failure, _time.GetTimestamp());
            }
        }

        return failure;
    }

    // Calls under way may still hold what is forgotten, so it is not disposed of but left to the collector; a role's
    // client shares the SDK's own connection pool.
    private void Forget() => _lookup = null;

    // The chain's one object for the instance's role asks the metadata service every other minute, and until then gives
    // what was refused.
    private static AWSCredentials Anew(AWSCredentials found)
    {
        if (found is InstanceProfileAWSCredentials || !found.GetType().Name.Contains("InstanceProfile", StringComparison.Ordinal))
        {
            return found;
        }

        try
        {
            var asked = new InstanceProfileAWSCredentials();
            asked.GetCredentials();
            return asked;
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or InvalidOperationException or HttpRequestException or OperationCanceledException)
        {
            // It has nothing better, or does not answer.
            return found;
        }
    }

    private AWSCredentials ResolveChain()
    {
        // The SDK decides once, at its first use, whether the file that the variable names is there, and never looks at it
        // when it was not. This setting has no such memory.
        if (Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE") is { Length: > 0 } file)
        {
            AWSConfigs.AWSProfilesLocation = file;
        }

        // A resolver of one's own each time: the SDK's static one would give what it gave before.
        using var resolver = new DefaultAWSCredentialsIdentityResolver();
        return string.IsNullOrEmpty(_options.Profile)
            ? resolver.ResolveIdentity(null)
            : resolver.ResolveIdentity(new AmazonSecurityTokenServiceConfig { Profile = new Amazon.Profile(_options.Profile) });
    }

    private static ImmutableCredentials Usable(ImmutableCredentials credentials) =>
        credentials.AccessKey.AsSpan().ContainsAnyExcept(KeyCharacters)
            ? throw new CredentialsUnavailableException(
                "The AWS access key id holds a character that no key has, perhaps a line break or a quote. Correct AWS_ACCESS_KEY_ID or the shared credentials file.")
            : credentials;
}
