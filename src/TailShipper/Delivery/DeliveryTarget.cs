using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What is known of one destination, shared by all its flows: how fast it accepts records, how large a body may be, and whether calls
/// pass. Thread-safe.
/// </summary>
/// <param name="destination">The stream.</param>
/// <param name="random">Uniform in [0, 1).</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryTarget(Destination destination, Func<double> random, TimeProvider time)
{
    // A paced body holds a twentieth of a second's worth: the quota is per second, and many small bodies measure it better than few.
    private const double PacedBodySeconds = 0.05;
    private const long MinPacedBodyBytes = 26 * 1024;

    // The pace may change while a call waits for its turn.
    private static readonly TimeSpan MaxTurnWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _turns = new();
    private readonly Pacer _pacer = new();
    private readonly long _start = time.GetTimestamp();
    private bool _turnTaken;
    private volatile bool _paced;
    private volatile bool _hasAccepted;
    private long _acceptedAt = long.MinValue;

    /// <summary>The stream.</summary>
    public Destination Destination => destination;

    /// <summary>Whether calls pass.</summary>
    public Circuit Circuit { get; } = new(random, time);

    /// <summary>How large a body may be now.</summary>
    public BodyCap Cap { get; } = Begun();

    /// <summary>True once it accepted a record in this run: a body that is refused as a whole contains bad records then.</summary>
    public bool HasAccepted => _hasAccepted;

    /// <summary>
    /// True when it accepted a record just now: what it refuses for being too fast then is refused by a quota that others use, too, and
    /// not by an outage.
    /// </summary>
    public bool IsAccepting => Volatile.Read(ref _acceptedAt) is var at and > long.MinValue && time.GetElapsedTime(at) <= JustNow;

    /// <summary>The learned pace in <see cref="QuotaUnits"/> a second; null while there is no limit.</summary>
    public double? Rate
    {
        get
        {
            lock (_gate)
            {
                return _pacer.Rate;
            }
        }
    }

    private double Now => time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Continues with what was learned in an earlier run.</summary>
    /// <param name="rate">The pace; null for none.</param>
    /// <param name="bodyBytes">The largest body, in raw bytes; null for none but the service's own limit.</param>
    public void Restore(double? rate, long? bodyBytes)
    {
        lock (_gate)
        {
            if (rate is { } learned)
            {
                _pacer.Restore(learned);
            }

            Cap.Learn(bodyBytes ?? long.MaxValue);
            ApplyPace();
        }
    }

    /// <summary>Returns when a call may go by the pace; at once while nothing was ever throttled. First come, first served.</summary>
    public async ValueTask PaceAsync(long rawBytes, int records, CancellationToken cancellation)
    {
        if (!_paced)
        {
            return;
        }

        await TurnAsync(cancellation);
        try
        {
            while (Take(QuotaUnits.Of(destination.Kind, rawBytes, records)) is var seconds and > 0)
            {
                var wait = Backoff.Whole(TimeSpan.FromSeconds(seconds));
                await Task.Delay(wait < MaxTurnWait ? wait : MaxTurnWait, time, cancellation);
            }
        }
        finally
        {
            NextTurn();
        }
    }

    /// <summary>Learns from one call's end.</summary>
    /// <param name="rawBytes">Raw bytes that were sent.</param>
    /// <param name="records">Records that were sent.</param>
    /// <param name="probe">Whether it was the circuit's probe.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="outcome">What it means.</param>
    /// <returns>True when it, or records of it, were refused for being too fast, and not at random.</returns>
    public bool Ended(long rawBytes, int records, bool probe, CallAnswer answer, CallOutcome outcome)
    {
        Circuit.Ended(probe, outcome, answer);
        switch (outcome)
        {
            case CallOutcome.Answered or CallOutcome.Throttled:
                return Learn(rawBytes, records, answer);
            case CallOutcome.TooLarge when records > 1:
                Cap.Refused(rawBytes);
                break;
            default:
                break;
        }

        return false;
    }

    /// <summary>A body was refused whole twice in a row, for being too fast: it may be more than the quota can take at once.</summary>
    public void RefusedWhole(long rawBytes)
    {
        lock (_gate)
        {
            Cap.RefusedWhole(rawBytes);
        }
    }

    /// <summary>A call was canceled.</summary>
    public void Canceled(bool probe) => Circuit.Ended(probe, null, CanceledCall);

    private static CallAnswer CanceledCall { get; } = new() { Status = 0, Failure = TransportFailure.Ambiguous };

    private bool Learn(long rawBytes, int records, CallAnswer answer)
    {
        var throttled = ResponseClassifier.ThrottledRecords(answer, records);
        var taken = answer.Status == 200 ? records - answer.Refused.Count : 0;
        if (taken > 0)
        {
            _hasAccepted = true;
            Volatile.Write(ref _acceptedAt, time.GetTimestamp());
        }

        lock (_gate)
        {
            if (taken > 0)
            {
                Cap.Accepted(rawBytes);
            }

            var accepted = QuotaUnits.Of(destination.Kind, rawBytes, records) * (double)taken / records;
            var exceeds = _pacer.Observe(
                Now, records, throttled, accepted, answer.Elapsed.TotalSeconds, whole: answer.Status != 200);
            ApplyPace();
            return exceeds;
        }
    }

    private static BodyCap Begun()
    {
        var cap = new BodyCap();
        cap.Begin();
        return cap;
    }

    private async ValueTask TurnAsync(CancellationToken cancellation)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_turnTaken)
            {
                _turnTaken = true;
                return;
            }

            _turns.Enqueue(turn);
        }

        using var over = cancellation.UnsafeRegister(static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    private void NextTurn()
    {
        lock (_gate)
        {
            while (_turns.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _turnTaken = false;
        }
    }

    private double Take(long units)
    {
        lock (_gate)
        {
            var wait = _pacer.Take(Now, units);
            ApplyPace();
            return wait;
        }
    }

    private void ApplyPace()
    {
        _paced = _pacer.Rate is not null;
        Cap.Paced = _pacer.Rate is { } rate ? (long)Math.Max(MinPacedBodyBytes, rate * PacedBodySeconds) : long.MaxValue;
    }
}
