namespace Shipper.LocalFirehose.Faults;

/// <summary>The three quotas of one stream: bytes, records and calls a second.</summary>
internal sealed class StreamQuota
{
    private readonly Lock _gate = new();
    private readonly TokenBucket _bytes = new();
    private readonly TokenBucket _records = new();
    private readonly TokenBucket _calls = new();

    /// <summary>
    /// How many of the leading records of a call pass: all of them, none (the call is refused whole), or, with
    /// <see cref="QuotaExcess.FailRecords"/>, as many as fit.
    /// </summary>
    /// <param name="options">The quotas in force.</param>
    /// <param name="lengths">The raw length of each record in the call.</param>
    /// <param name="now">The time of the call.</param>
    public QuotaVerdict Admit(FaultOptions options, ReadOnlySpan<int> lengths, DateTimeOffset now)
    {
        if (options is { QuotaBytesPerSecond: 0, QuotaRecordsPerSecond: 0, QuotaCallsPerSecond: 0 })
        {
            return new QuotaVerdict(RefuseCall: false, lengths.Length);
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
                return new QuotaVerdict(RefuseCall: true, 0);
            }

            if (_bytes.Admits(total) && _records.Admits(lengths.Length))
            {
                Take(lengths.Length, total);
                return new QuotaVerdict(RefuseCall: false, lengths.Length);
            }

            if (options.QuotaExcess == QuotaExcess.FailCall)
            {
                return new QuotaVerdict(RefuseCall: true, 0);
            }

            var admitted = 0;
            _calls.Take(1);
            while (admitted < lengths.Length && _bytes.Admits(lengths[admitted]) && _records.Admits(1))
            {
                _bytes.Take(lengths[admitted++]);
                _records.Take(1);
            }

            return new QuotaVerdict(RefuseCall: false, admitted);
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

/// <summary>What the quotas say to one call.</summary>
/// <param name="RefuseCall">True: 503 for the whole call.</param>
/// <param name="AdmittedRecords">Otherwise the number of leading records that pass.</param>
internal readonly record struct QuotaVerdict(bool RefuseCall, int AdmittedRecords);

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
