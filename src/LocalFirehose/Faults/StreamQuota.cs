namespace Shipper.LocalFirehose.Faults;

/// <summary>The three quotas of one stream: bytes, records and calls a second.</summary>
internal sealed class StreamQuota
{
    private readonly Lock _gate = new();
    private readonly TokenBucket _bytes = new();
    private readonly TokenBucket _records = new();
    private readonly TokenBucket _calls = new();

    /// <summary>
    /// Decides how many of the leading records of a call are admitted: all, none (the whole call is refused), or, with
    /// <see cref="QuotaExcess.FailRecords"/>, as many as fit.
    /// </summary>
    /// <param name="options">The quotas.</param>
    /// <param name="lengths">Raw length of each record of the call.</param>
    /// <param name="now">The time of the call.</param>
    public QuotaDecision Admit(FaultOptions options, ReadOnlySpan<int> lengths, DateTimeOffset now)
    {
        if (options is { QuotaBytesPerSecond: 0, QuotaRecordsPerSecond: 0, QuotaCallsPerSecond: 0 })
        {
            return new QuotaDecision(RefuseCall: false, lengths.Length);
        }

        long total = 0;
        foreach (var length in lengths)
        {
            total += length;
        }

        lock (_gate)
        {
            Refresh(options, now);
            if (!_calls.Admits(1))
            {
                return new QuotaDecision(RefuseCall: true, 0);
            }

            if (_bytes.Admits(total) && _records.Admits(lengths.Length))
            {
                Take(lengths.Length, total);
                return new QuotaDecision(RefuseCall: false, lengths.Length);
            }

            if (options.QuotaExcess == QuotaExcess.FailCall)
            {
                return new QuotaDecision(RefuseCall: true, 0);
            }

            var admitted = 0;
            _calls.Take(1);
            while (admitted < lengths.Length && _bytes.Admits(lengths[admitted]) && _records.Admits(1))
            {
                _bytes.Take(lengths[admitted++]);
                _records.Take(1);
            }

            return new QuotaDecision(RefuseCall: false, admitted);
        }
    }

    private void Refresh(FaultOptions options, DateTimeOffset now)
    {
        _bytes.SetRate(options.QuotaBytesPerSecond, now);
        _records.SetRate(options.QuotaRecordsPerSecond, now);
        _calls.SetRate(options.QuotaCallsPerSecond, now);
        _bytes.Refill(now);
        _records.Refill(now);
        _calls.Refill(now);
    }

    private void Take(int records, long bytes)
    {
        _calls.Take(1);
        _records.Take(records);
        _bytes.Take(bytes);
    }
}

/// <summary>The decision of the quotas on one call.</summary>
/// <param name="RefuseCall">Whether the whole call is answered 503.</param>
/// <param name="AdmittedRecords">Otherwise the number of leading records that are admitted.</param>
internal readonly record struct QuotaDecision(bool RefuseCall, int AdmittedRecords);

/// <summary>
/// A token bucket with the capacity of one second, refilled continuously. A demand larger than the bucket is admitted when
/// the bucket is full, and leaves a debt: a 4 MiB call passes a 1 MiB/s quota, as on AWS.
/// </summary>
internal sealed class TokenBucket
{
    private double _perSecond;
    private double _tokens;
    private DateTimeOffset _filledAt;

    /// <summary>Sets the rate; a changed rate starts with a full bucket. 0 for unlimited.</summary>
    public void SetRate(long perSecond, DateTimeOffset now)
    {
        if (perSecond != _perSecond)
        {
            (_perSecond, _tokens, _filledAt) = (perSecond, perSecond, now);
        }
    }

    /// <summary>Adds the tokens of the time passed; none if the clock was set back.</summary>
    public void Refill(DateTimeOffset now)
    {
        var elapsed = Math.Max(0, (now - _filledAt).TotalSeconds);
        _tokens = Math.Min(_perSecond, _tokens + (elapsed * _perSecond));
        _filledAt = now;
    }

    /// <summary>Whether <paramref name="amount"/> is admitted now; takes no tokens.</summary>
    public bool Admits(long amount) => _perSecond == 0 || _tokens >= Math.Min(amount, _perSecond);

    /// <summary>Takes <paramref name="amount"/> tokens.</summary>
    public void Take(long amount)
    {
        if (_perSecond > 0)
        {
            _tokens -= amount;
        }
    }
}
