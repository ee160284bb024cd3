using Shipper.Foundation.Time;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Stops the calls of a destination that accepts none until a person fixes the cause, and lets one through now and then to find out
/// whether it is fixed. Thread-safe; does not wait itself.
/// </summary>
/// <remarks>
/// Polly's circuit breaker does not fit: it opens on a share of at least two calls, not on one answer that names the cause; it throws
/// where calls should wait; and it does not wake waiting calls when it closes.
/// </remarks>
/// <param name="random">Uniform in [0, 1), for the times of probes.</param>
/// <param name="time">The clock.</param>
internal sealed class Circuit(Func<double> random, TimeProvider time)
{
    // How long a destination may be unreachable before the circuit opens. A restarting proxy or a flapping route is back sooner, and
    // slow probes would only delay it.
    private static readonly TimeSpan UnreachableThreshold = TimeSpan.FromSeconds(10);

    // Calls go on at the pace that they had when the circuit opened.
    private const int AttemptsBefore = 6;

    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _waiters = [];
    private readonly Dictionary<string, RetryWaits> _waits = new(StringComparer.Ordinal);
    private CallAnswer? _reason;
    private CircuitState _state;
    private long _probeAt;
    private int _probes;
    private long? _unreachableSince;
    private bool _isUnreachable;

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

    /// <summary>
    /// Notes how long a flow wants to wait at most between two attempts: with several flows the shortest bounds apply. Only a destination
    /// that cannot be reached is asked by them.
    /// </summary>
    public void Note(string flow, RetryWaits waits)
    {
        lock (_gate)
        {
            _waits[flow] = waits;
        }
    }

    /// <summary>Asks whether a call may be made.</summary>
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
            TimeSpan? untilProbe = _state == CircuitState.Open ? Backoff.Whole(time.GetElapsedTime(now, _probeAt)) : null;
            wait = new CircuitWait(false, waiter, untilProbe, _reason);
            return false;
        }
    }

    /// <summary>Learns from one call's end.</summary>
    /// <param name="probe">Whether it was the probe.</param>
    /// <param name="outcome">What its answer means; null when it was canceled.</param>
    /// <param name="answer">The answer.</param>
    public void Ended(bool probe, CallOutcome? outcome, CallAnswer answer)
    {
        lock (_gate)
        {
            switch (outcome)
            {
                case null:
                    ProbeAgain(probe, soon: true);
                    break;
                case CallOutcome.Blocked:
                    Block(probe, answer, isUnreachable: false);
                    break;
                case CallOutcome.Unreachable:
                    _unreachableSince ??= time.GetTimestamp();
                    if (probe || time.GetElapsedTime(_unreachableSince.Value) >= UnreachableThreshold)
                    {
                        Block(probe, answer, isUnreachable: true);
                    }

                    break;
                case CallOutcome.Ambiguous or CallOutcome.Failed:
                    // It does not show whether the cause is fixed.
                    ProbeAgain(probe, soon: false);
                    break;
                default:
                    Close(probe);
                    break;
            }
        }
    }

    private void Block(bool probe, CallAnswer answer, bool isUnreachable)
    {
        (_reason, _isUnreachable) = (answer, isUnreachable);
        if (_state == CircuitState.Closed)
        {
            _probes = 0;
            Open();
        }
        else
        {
            ProbeAgain(probe, soon: false);
        }
    }

    private void ProbeAgain(bool probe, bool soon)
    {
        if (!probe)
        {
            return; // a call that was in flight when it opened
        }

        _probes += soon ? 0 : 1;
        Open();
        _probeAt = soon ? time.GetTimestamp() : _probeAt;
    }

    private void Open()
    {
        _state = CircuitState.Open;
        var wait = _isUnreachable
            // Back without a person: asked more often.
            ? Backoff.Before(CallOutcome.Unreachable, AttemptsBefore + _probes, random(), Shortest())
            : Backoff.Before(CallOutcome.Blocked, _probes, random());
        _probeAt = time.GetTimestamp() + time.TicksOf(wait);
        WakeWaiters();
    }

    private RetryWaits? Shortest() => _waits.Count == 0 ? null : _waits.Values.Aggregate((one, other) => one.Shorter(other));

    private void Close(bool probe)
    {
        _unreachableSince = null;
        if (_state == CircuitState.Closed || !(probe || _state == CircuitState.Open))
        {
            return;
        }

        _state = CircuitState.Closed;
        WakeWaiters();
    }

    private void WakeWaiters()
    {
        foreach (var waiter in _waiters)
        {
            waiter.TrySetResult();
        }

        _waiters.Clear();
    }
}

/// <summary>Whether calls to a destination pass.</summary>
internal enum CircuitState
{
    /// <summary>They pass.</summary>
    Closed,

    /// <summary>A cause outside must be fixed; calls wait for the next probe.</summary>
    Open,

    /// <summary>One call is in flight to find out whether it is fixed; the others wait.</summary>
    Probing,
}

/// <summary>A circuit's answer to a call.</summary>
/// <param name="Probe">True when the call is the probe: its outcome must be reported.</param>
/// <param name="Waiter">Set when the circuit closed or a probe ended; null when there is nothing to wait for.</param>
/// <param name="UntilProbe">How long until the next probe; null while one is in flight.</param>
/// <param name="Reason">What opened it; null while it is closed.</param>
internal readonly record struct CircuitWait(bool Probe, TaskCompletionSource? Waiter, TimeSpan? UntilProbe, CallAnswer? Reason);
