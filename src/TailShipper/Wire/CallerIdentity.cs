using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;

namespace Shipper.TailShipper.Wire;

/// <summary>Asks AWS whose the credentials are: STS, GetCallerIdentity, which needs no permission.</summary>
/// <param name="options">FIPS and dual-stack endpoints.</param>
/// <param name="region">The region whose token service is asked.</param>
/// <param name="url">A custom endpoint of the token service; null for the region's.</param>
/// <param name="connections">How it is reached.</param>
internal sealed class CallerIdentity(AwsOptions options, string region, Uri? url, ConnectionSettings connections)
{
    /// <summary>Asks once.</summary>
    /// <returns>The ARN and the answer; an ARN only where the answer is a 200.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task<(string? Arn, CallAnswer Answer)> AskAsync(ImmutableCredentials credentials, CancellationToken cancellation)
    {
        AWSCredentials caller = string.IsNullOrEmpty(credentials.Token)
            ? new BasicAWSCredentials(credentials.AccessKey, credentials.SecretKey)
            : new SessionAWSCredentials(credentials.AccessKey, credentials.SecretKey, credentials.Token);
        using var sts = TokenService.Client(caller, options, region, url, connections, retries: 0);
        try
        {
            var answer = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellation);
            return (answer.Arn, new CallAnswer { Status = 200 });
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is { Length: > 0 })
        {
            return (null, new CallAnswer
            {
                Status = (int)exception.StatusCode,
                ErrorCode = MessageSanitizer.Clean(exception.ErrorCode, credentials),
                Message = MessageSanitizer.Clean(exception.Message, credentials),
            });
        }
        catch (Exception exception) when (
            exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, new CallAnswer
            {
                Status = 0,
                Failure = TransportFailure.NotConnected,
                Message = MessageSanitizer.Clean(Cause(exception), credentials),
            });
        }
    }

    private static string Cause(Exception exception) => exception is OperationCanceledException
        ? "no answer in time"
        : exception.GetBaseException().Message;
}
