using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;
using Shipper.TailShipper.Wire.Records;
using Shipper.TailShipper.Wire.Signing;

namespace Shipper.TailShipper.Wire;

/// <summary>
/// One operation of one service over the shared connections: signs an encoded body, sends it once, and reads the
/// answer. Any thread, several calls at once. docs/design/wire.md gives the reasons and the figures.
/// </summary>
internal sealed class FirehoseClient : IDeliveryClient
{
    /// <summary>
    /// Limit for one call whatever its caller allows, plus <see cref="HttpTransport.UploadTime"/>. Delivery's own timeout is shorter;
    /// this one keeps a call without a timeout from hanging forever.
    /// </summary>
    public static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(2);

    // RecordIds of the service are 224 characters long.
    private const int ExpectedBytesPerRecord = 256;
    private const int MaxAnswer = 8 * 1024 * 1024;
    private const int MaxErrorAnswer = 64 * 1024;
    private const string Agent = "tailshipper";

    private readonly ServiceOperation _operation;
    private readonly AwsEndpoint _endpoint;
    private readonly HttpMessageInvoker _connections;
    private readonly ICredentialSource _credentials;
    private readonly RequestSigner _signer;
    private readonly BodyHasher _hasher;
    private readonly SigningClock _clock;
    private readonly TimeProvider _time;
    private readonly ConnectionSettings _settings;
    private readonly ILogger _logger;

    /// <param name="operation">What is called.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="connections">The shared pool; stays the caller's.</param>
    /// <param name="credentials">As whom.</param>
    /// <param name="hasher">The shared hasher; stays the caller's.</param>
    /// <param name="clock">The time that signatures carry.</param>
    /// <param name="time">Measures calls and <see cref="Ceiling"/>.</param>
    /// <param name="settings">How the shared pool connects, for error messages.</param>
    /// <param name="logger">Logs a corrected clock.</param>
    public FirehoseClient(
        ServiceOperation operation,
        AwsEndpoint endpoint,
        HttpMessageInvoker connections,
        ICredentialSource credentials,
        BodyHasher hasher,
        SigningClock clock,
        TimeProvider time,
        ConnectionSettings settings,
        ILogger logger)
    {
        (_operation, _endpoint, _connections, _credentials) = (operation, endpoint, connections, credentials);
        (_hasher, _clock, _time, _settings, _logger) = (hasher, clock, time, settings, logger);
        _signer = new RequestSigner(endpoint.Region, operation.Service);
    }

    /// <inheritdoc/>
    public async Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
    {
        ImmutableCredentials credentials;
        try
        {
            credentials = await _credentials.GetAsync(cancellation);
        }
        catch (CredentialsUnavailableException exception)
        {
            return new CallAnswer { Status = 0, Failure = TransportFailure.NoCredentials, Message = exception.Message };
        }

        var hash = new byte[32];
        _hasher.Hash(body, hash);
        using var ceiling = new CancellationTokenSource(Ceiling + HttpTransport.UploadTime(body.Length), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ceiling.Token);
        var corrected = false;
        for (var attempts = 1; ; attempts++)
        {
            var (answer, again) = await AttemptAsync(body, hash, credentials, cancellation, either.Token);
            if (again == Again.No || (again == Again.ClockCorrected && corrected) || attempts > HttpTransport.MaxConnections)
            {
                return answer;
            }

            corrected |= again == Again.ClockCorrected;
        }
    }

    /// <summary>Sends once.</summary>
    private async Task<(CallAnswer Answer, Again Again)> AttemptAsync(
        IRequestBody body, byte[] hash, ImmutableCredentials credentials, CancellationToken cancellation, CancellationToken either)
    {
        var signedAt = _clock.UtcNow;
        using var content = new BatchContent(body);
        using var request = Sign(content, hash, credentials, signedAt);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(either);
        using var stale = EndIfStale(content.Connection, attempt);
        var began = _time.GetTimestamp();
        try
        {
            using var response = await _connections.SendAsync(request, attempt.Token);
            var accepted = response.StatusCode == System.Net.HttpStatusCode.OK;
            using var answer = await AnswerBytes.ReadAsync(
                response.Content,
                accepted ? 256 + (ExpectedBytesPerRecord * body.Records) : 4096,
                accepted ? MaxAnswer : MaxErrorAnswer,
                attempt.Token);
            var elapsed = _time.GetElapsedTime(began);
            return accepted
                ? (Answered(answer, body.Records, credentials, elapsed), Again.No)
                : Refused(response, answer, credentials, signedAt, elapsed);
        }
        catch (OperationCanceledException exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            var untouched = content.Connection.IsNothingAcknowledged
                || (TransportErrors.IsSilence(exception) && content.Connection.Check());
            var mayRepeat = untouched && content.Connection.IsReused && !either.IsCancellationRequested;
            if (mayRepeat)
            {
                content.Connection.Connection?.IsDead();
            }

            var message = TransportErrors.Describe(exception, _endpoint, _settings, untouched);
            return (
                new CallAnswer
                {
                    Status = 0,
                    Failure = content.SendingBegan && !untouched ? TransportFailure.Ambiguous : TransportFailure.NotConnected,
                    Message = MessageSanitizer.Clean(message, credentials),
                    Elapsed = _time.GetElapsedTime(began),
                },
                mayRepeat ? Again.Unacknowledged : Again.No);
        }
    }

    /// <summary>
    /// Ends an attempt on a used connection of which nothing was acknowledged for <see cref="HttpTransport.StaleAfter"/>: something on the
    /// way has forgotten the connection.
    /// </summary>
    private ITimer EndIfStale(CallConnection connection, CancellationTokenSource attempt) => _time.CreateTimer(
        _ =>
        {
            if (connection.IsReused && connection.IsStale())
            {
                attempt.Cancel();
            }
        },
        null,
        HttpTransport.StaleAfter,
        HttpTransport.StaleAfter / 2);

    private CallAnswer Answered(in AnswerBytes answer, int records, ImmutableCredentials credentials, TimeSpan elapsed)
    {
        if (_operation.Answer is not { } shape)
        {
            return new CallAnswer { Status = 200, Content = answer.Span.ToArray(), Elapsed = elapsed };
        }

        var meaning = answer.Complete
            ? BatchAnswer.Parse(answer.Span, records, shape)
            : BatchAnswer.Unreadable("the answer is longer than any answer to a batch");
        return meaning.Problem is { } problem
            ? new CallAnswer
            {
                Status = 0,
                Failure = TransportFailure.Ambiguous,
                Message = $"The answer is a 200 that settles nothing: {problem}.",
                Elapsed = elapsed,
            }
            : new CallAnswer
            {
                Status = 200,
                Refused = meaning.Refused,
                Message = MessageSanitizer.Clean(meaning.Message, credentials),
                Elapsed = elapsed,
            };
    }

    private (CallAnswer Answer, Again Again) Refused(
        HttpResponseMessage response, in AnswerBytes answer, ImmutableCredentials credentials, DateTimeOffset signedAt, TimeSpan elapsed)
    {
        var type = response.Headers.NonValidated.TryGetValues("x-amzn-ErrorType", out var values) ? values.ToString() : null;
        var error = ErrorAnswer.Parse((int)response.StatusCode, type, answer.Span);
        var skewed = IsSkewed(ClockSkew.ServiceTime(error, response.Headers.Date), signedAt);
        if (!skewed && error.Code is "ExpiredTokenException" or "ExpiredToken" or "UnrecognizedClientException"
                or "InvalidClientTokenId" or "InvalidSignatureException" or "SignatureDoesNotMatch")
        {
            _credentials.Refused(credentials);
        }

        var refusal = new CallAnswer
        {
            Status = (int)response.StatusCode,
            ErrorCode = MessageSanitizer.Clean(error.Code, credentials),
            Message = MessageSanitizer.Clean(error.Message, credentials),
            Elapsed = elapsed,
        };
        return (refusal, skewed ? Again.ClockCorrected : Again.No);
    }

    private bool IsSkewed(DateTimeOffset? serviceTime, DateTimeOffset signedAt)
    {
        if (serviceTime is not { } now || (now - signedAt).Duration() < SigningClock.Tolerance)
        {
            return false;
        }

        if (_clock.Learn(now))
        {
            var offset = _clock.Offset;
            if (offset == TimeSpan.Zero)
            {
                WireLog.ClockRight(_logger);
            }
            else
            {
                WireLog.ClockCorrected(_logger, offset.Duration().TotalSeconds, offset > TimeSpan.Zero ? "behind" : "ahead of");
            }
        }

        return true;
    }

    private HttpRequestMessage Sign(BatchContent content, byte[] hash, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var timestamp = RequestSigner.Timestamp(now);
        var token = string.IsNullOrEmpty(credentials.Token) ? null : credentials.Token;
        var type = new SignedHeader("content-type", BatchContent.MediaType);
        var host = new SignedHeader("host", _endpoint.Host);
        var date = new SignedHeader("x-amz-date", timestamp);
        var target = new SignedHeader("x-amz-target", _operation.Target);
        SignedHeader[] covered = token is null
            ? [type, host, date, target]
            : [type, host, date, new SignedHeader("x-amz-security-token", token), target];
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url) { Content = content };
        var headers = request.Headers;
        headers.TryAddWithoutValidation(
            "Authorization", _signer.Authorize("POST", _endpoint.Url.AbsolutePath, covered, hash, credentials, now));
        headers.TryAddWithoutValidation("User-Agent", Agent);
        headers.TryAddWithoutValidation("X-Amz-Date", timestamp);
        if (token is not null)
        {
            headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
        }

        headers.TryAddWithoutValidation("X-Amz-Target", _operation.Target);
        return request;
    }

    /// <summary>Why a body that did not arrive may be sent once more within the same call.</summary>
    private enum Again
    {
        /// <summary>It may not.</summary>
        No,

        /// <summary>It was refused for its timestamp only, and the clock is corrected now.</summary>
        ClockCorrected,

        /// <summary>It went to a used connection, and not a byte of it was acknowledged.</summary>
        Unacknowledged,
    }
}
