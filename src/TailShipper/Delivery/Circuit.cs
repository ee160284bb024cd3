using Shipper.Foundation.Time;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Keeps calls from a destination that cannot take any until someone mends something outside, and lets one of them through now
/// and then to see whether it was. Thread-safe; no waiting in here.
/// </summary>
/// <remarks>
/// Polly's breaker does not fit: it opens on a share of at least two calls, not on one answer that says what is wrong; it throws
/// where calls should wait; and it wakes nobody when it closes.
/// </remarks>
/// <param name="random">Uniform in [0, 1), for the times of probes.</param>
/// <param name="time">The clock.</param>
internal sealed class Circuit(Func<double> random, TimeProvider time)
{
    // A restart of a proxy or a route that flaps is over sooner; probing slowly then would only cost time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _waiters = [];
    private CallAnswer? _reason;
    private CircuitState _state;
    private long _probeAt;
    private int _probes;
    private long? _unreachableSince;

    /// <summary>Whether calls pass.</summary>
    public CircuitState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Asks to make a call.</summary>
    /// <param name="wait">What to wait for when it may not go: the time of the next probe or the waiter, whichever is first.</param>
    /// <returns>True when it may go.</returns>
    public bool TryEnter(out CircuitWait wait)
    {
        lock (_gate)
        {
            wait = default;
            if (_state == CircuitState.Closed)
            {
                return true;
            }

            var now = time.GetTimestamp();
            if (_state == CircuitState.Open && now >= _probeAt)
            {
                _state = CircuitState.Probing;
                wait = new CircuitWait(true, null, null, _reason);
                return true;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add(waiter);
            wait = new CircuitWait(false, waiter, _state == CircuitState.Open ? Backoff.Whole(time.GetElapsedTime(now, _probeAt)) : null, _reason);
            return false;
        }
    }

    /// <summary>Learns from one call's end.</summary>
    /// <param name="probe">Whether it was the probe.</param>
    /// <param name="outcome">What its answer means; null when it was called off.</param>
    /// <param name="answer">The answer.</param>
    public void Ended(bool probe, CallOutcome? outcome, CallAnswer answer)
    {
        lock (_gate)
        {
            switch (outcome)
            {
                case null:
                    Again(probe, soon: true);
                    break;
                case CallOutcome.Blocked:
                    Block(probe, answer);
                    break;
                case CallOutcome.Unreachable:
                    _unreachableSince ??= time.GetTimestamp();
                    if (probe || time.GetElapsedTime(_unreachableSince.Value) >= Patience)
                    {
                        Block(probe, answer);
                    }

                    break;
                case CallOutcome.Ambiguous or CallOutcome.Failed:
                    // It says nothing about what was wrong.
                    Again(probe, soon: false);
                    break;
                default:
                    Close(probe);
                    break;
            }
        }
    }

    private void Block(bool probe, CallAnswer answer)
    {
        _reason = answer;
        if (_state == CircuitState.Closed)
        {
            _probes = 0;
            Open();
        }
        else
        {
            Again(probe, soon: false);
        }
    }

    private void Again(bool probe, bool soon)
    {
        if (!probe)
        {
            return; // a call that was under way when it opened
        }

        _probes += soon ? 0 : 1;
        Open();
        _probeAt = soon ? time.GetTimestamp() : _probeAt;
    }

    private void Open()
    {
        _state = CircuitState.Open;
        _probeAt = time.GetTimestamp() + time.TicksOf(Backoff.Before(CallOutcome.Blocked, _probes, random()));
        Tell();
    }

    private void Close(bool probe)
    {
        _unreachableSince = null;
        if (_state == CircuitState.Closed || !(probe || _state == CircuitState.Open))
        {
            return;
        }

        _state = CircuitState.Closed;
        Tell();
    }

    private void Tell()
    {
        foreach (var waiter in _waiters)
        {
            waiter.TrySetResult();
        }

        _waiters.Clear();
    }
}

/// <summary>Whether calls go to a delivery stream.</summary>
internal enum CircuitState
{
    /// <summary>They do.</summary>
    Closed,

    /// <summary>Something outside must be mended; calls wait for the time of the next probe.</summary>
    Open,

    /// <summary>One call is under way to see whether it was mended; the others wait.</summary>
    Probing,
}

/// <summary>What a circuit says to a call.</summary>
/// <param name="Probe">True when the call is the probe: what becomes of it must be told.</param>
/// <param name="Waiter">Set when the circuit closed or a probe ended; null when there is nothing to wait for.</param>
/// <param name="UntilProbe">How long until the next probe; null while one is under way.</param>
/// <param name="Reason">What opened it; null while it is closed.</param>
internal readonly record struct CircuitWait(bool Probe, TaskCompletionSource? Waiter, TimeSpan? UntilProbe, CallAnswer? Reason);
