namespace Shipper.LocalFirehose.Faults;

/// <summary>
/// One second's worth of a quota, refilled continuously. A demand larger than the bucket is admitted when the bucket
/// is full and leaves a debt: otherwise a 4 MiB call could never pass a 1 MiB/s quota, which it does on AWS.
/// </summary>
internal sealed class TokenBucket
{
    private double _perSecond;
    private double _tokens;
    private DateTimeOffset _filledAt;

    /// <summary>Sets the rate; a change starts with a full bucket. 0 is unlimited.</summary>
    public void SetRate(long perSecond, DateTimeOffset now)
    {
        if (perSecond != _perSecond)
        {
            (_perSecond, _tokens, _filledAt) = (perSecond, perSecond, now);
        }
    }

    /// <summary>Adds what time has brought; a clock that steps back brings nothing.</summary>
    public void Refill(DateTimeOffset now)
    {
        var elapsed = Math.Max(0, (now - _filledAt).TotalSeconds);
        _tokens = Math.Min(_perSecond, _tokens + (elapsed * _perSecond));
        _filledAt = now;
    }

    /// <summary>True when <paramref name="amount"/> may pass now; takes nothing.</summary>
    public bool Admits(long amount) => _perSecond == 0 || _tokens >= Math.Min(amount, _perSecond);

    /// <summary>Takes <paramref name="amount"/>.</summary>
    public void Take(long amount)
    {
        if (_perSecond > 0)
        {
            _tokens -= amount;
        }
    }
}
