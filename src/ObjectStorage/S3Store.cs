using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Shipper.ObjectStorage;

/// <summary>
/// Objects in a bucket of Amazon S3, or of anything that speaks its protocol. Names are whole keys. As in a directory, parts of a key
/// below the prefix that begin with a dot or an underscore leave the object out, and so does a key that ends with a slash.
/// </summary>
/// <param name="client">The connection.</param>
/// <param name="location">Bucket and prefix.</param>
/// <param name="time">The clock, for pauses between attempts.</param>
internal sealed class S3Store(IAmazonS3 client, S3Location location, TimeProvider time) : IObjectStore, IDisposable
{
    /// <inheritdoc/>
    public string DisplayName => location.ToString();

    /// <summary>Connects. Nothing is sent before the first listing.</summary>
    /// <param name="location">Bucket and prefix.</param>
    /// <param name="access">How to reach it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ObjectStoreException">No region is known, or the profile does not exist.</exception>
    public static S3Store Connect(S3Location location, S3Access access, TimeProvider time)
    {
        var config = new AmazonS3Config
        {
            // Names of buckets are no names of hosts where there is an endpoint of one's own.
            ForcePathStyle = access.Endpoint is not null || HasEndpointInEnvironment(),
            MaxErrorRetry = 5,
            RetryMode = RequestRetryMode.Standard,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (access.Profile is { } profile)
        {
            config.Profile = new Amazon.Profile(profile);
        }

        if (access.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = access.Region ?? Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }
        else if (access.Region is { } region)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        }

        try
        {
            return new S3Store(new AmazonS3Client(config), location, time);
        }
        catch (AmazonClientException exception)
        {
            throw new ObjectStoreException(
                $"{location} cannot be read ({FirstSentence(exception)}); set AWS_REGION, and AWS_PROFILE if a profile is meant");
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredObject>> ListAsync(CancellationToken stopping)
    {
        var found = new List<StoredObject>();
        try
        {
            var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = location.Prefix };
            ListObjectsV2Response answer;
            do
            {
                answer = await client.ListObjectsV2Async(request, stopping);
                found.AddRange((answer.S3Objects ?? []).Where(item => IsObject(item.Key)).Select(Describe));
                request.ContinuationToken = answer.NextContinuationToken;
            }
            while (answer.IsTruncated == true);
        }
        catch (Exception exception) when (IsOfService(exception, stopping))
        {
            throw new ObjectStoreException(Explain(exception));
        }

        found.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return found;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(StoredObject item, CancellationToken stopping)
    {
        var stream = new S3ObjectStream(client, location.Bucket, item, time, stopping);
        try
        {
            await stream.ConnectAsync();
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Whether an exception says what became of a call.</summary>
    internal static bool IsOfService(Exception exception, CancellationToken stopping) => !stopping.IsCancellationRequested
        && exception is AmazonClientException or AmazonServiceException or HttpRequestException or IOException
            or OperationCanceledException;

    /// <summary>The first sentence of what a service or the SDK says, without its full stop.</summary>
    internal static string FirstSentence(Exception exception) =>
        exception.Message.Split('\n')[0].Split(". ")[0].TrimEnd('.', ' ', '\r');

    private static bool HasEndpointInEnvironment() =>
        Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 };

    private static StoredObject Describe(S3Object item) => new(
        item.Key,
        item.Size ?? 0,
        (long)((item.LastModified ?? DateTime.UnixEpoch).ToUniversalTime() - DateTime.UnixEpoch).TotalMicroseconds,
        item.ETag?.Trim('"'));

    private bool IsObject(string key)
    {
        var below = key[Math.Min(key.Length, location.Prefix.LastIndexOf('/') + 1)..];
        return !key.EndsWith('/') && !below.Split('/').Any(part => part.StartsWith('.') || part.StartsWith('_'));
    }

    private string Explain(Exception exception) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } =>
            $"the bucket {location.Bucket} does not exist; check its name, and the endpoint if one is given",
        AmazonS3Exception { ErrorCode: "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } =>
            $"the bucket {location.Bucket} is in another region ({FirstSentence(exception)}); set AWS_REGION to its region",
        AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.Forbidden } refused =>
            $"{location} may not be listed ({refused.ErrorCode}); allow s3:ListBucket on the bucket and s3:GetObject on its objects",
        AmazonServiceException refused =>
            $"{location} cannot be listed ({refused.ErrorCode ?? "error"}: {FirstSentence(exception)}); try again, and check the endpoint",
        _ when exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            $"{location} cannot be listed: no AWS credentials were found; set AWS_PROFILE, or give the machine a role",
        _ => $"{location} cannot be listed ({FirstSentence(exception.InnerException ?? exception)}); check the network and the endpoint",
    };
}

/// <summary>How to reach S3; what is null comes from the SDK's usual places. Credentials always do.</summary>
/// <param name="Endpoint">Another endpoint than AWS's; buckets are in the path then.</param>
/// <param name="Region">The bucket's region.</param>
/// <param name="Profile">A profile of the shared AWS files.</param>
internal sealed record S3Access(Uri? Endpoint = null, string? Region = null, string? Profile = null);
