using Amazon.Runtime;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>
/// One source of credentials and what it gave last. A source that renews itself starts its work, perhaps a program
/// (<c>credential_process</c>), at every question once its credentials end within about 15 minutes, and some never give credentials that
/// live longer. Calls come by the hundred a second, so an answer is kept for a while, and one question serves all callers. Thread-safe.
/// </summary>
/// <param name="source">The source. Only one that renews itself is kept; asking any other costs nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialLease(AWSCredentials source, TimeProvider time)
{
    /// <summary>The least time between two questions, whatever the credentials' end.</summary>
    public static readonly TimeSpan MinHold = TimeSpan.FromSeconds(10);

    /// <summary>The longest time that an answer which was no newer than the one before is kept.</summary>
    public static readonly TimeSpan MaxHoldOfSame = TimeSpan.FromMinutes(1);

    /// <summary>The longest time that new credentials are kept.</summary>
    public static readonly TimeSpan MaxHoldOfNew = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private ImmutableCredentials? _given;
    private DateTime _expires;
    private long _givenAt;
    private TimeSpan _hold;
    private Task<ImmutableCredentials>? _question;

    /// <summary>Who gives the credentials.</summary>
    public AWSCredentials Source { get; } = source;

    /// <summary>The credentials of this moment; a completed task unless there are none that are valid.</summary>
    public Task<ImmutableCredentials> GetAsync()
    {
        if (Source is not RefreshingAWSCredentials)
        {
            return Source.GetCredentialsAsync();
        }

        lock (_gate)
        {
            if (_given is { } given && time.GetElapsedTime(_givenAt) < _hold)
            {
                return Task.FromResult(given);
            }

            // Not inline: the source may block before its first await.
            _question ??= Task.Run(AskAsync);
            return _given is { } valid && Left(_expires) > TimeSpan.Zero ? Task.FromResult(valid) : _question;
        }
    }

    /// <summary>
    /// How long an answer is kept: half of what is left of new credentials, a tenth of what is left of those that were known already.
    /// </summary>
    /// <param name="left">Until the credentials end; not positive when they seem to have ended, by a clock that may be wrong.</param>
    /// <param name="isNew">False when they end when the ones before did.</param>
    internal static TimeSpan Hold(TimeSpan left, bool isNew)
    {
        var (share, most) = isNew ? (left / 2, MaxHoldOfNew) : (left / 10, MaxHoldOfSame);
        return share < MinHold ? MinHold : share > most ? most : share;
    }

    private async Task<ImmutableCredentials> AskAsync()
    {
        try
        {
            var given = await Source.GetCredentialsAsync();
            var expires = (Source.Expiration ?? DateTime.MaxValue).ToUniversalTime();
            lock (_gate)
            {
                _hold = Hold(Left(expires), _given is null || expires > _expires);
                (_given, _expires, _givenAt) = (given, expires, time.GetTimestamp());
            }

            return given;
        }
        finally
        {
            lock (_gate)
            {
                _question = null;
            }
        }
    }

    private TimeSpan Left(DateTime expires) => expires - time.GetUtcNow().UtcDateTime;
}
