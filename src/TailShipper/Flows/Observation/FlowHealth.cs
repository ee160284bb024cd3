using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// Whether one flow is healthy: counts its calls, knows whether the service takes records, and reports changes without flooding the
/// log.
/// </summary>
internal sealed class FlowHealth(string flow, Destination destination, FlowCounters counters, TimeProvider time, ILogger logger)
    : IDeliveryObserver
{
    // What recovers within a few attempts is not worth a message.
    private const int QuietAttempts = 4;
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _degradedSince;
    private long _lastReported;
    private string? _reason;
    private string? _violation;
    private string? _stalled;
    private string? _deadLetters;
    private string? _untried;
    private volatile bool _hasAccepted;
    private long? _nextTry;

    /// <summary>Why the flow is degraded and what to do; null while it is healthy.</summary>
    public string? Reason =>
        Volatile.Read(ref _violation) ?? Volatile.Read(ref _stalled) ?? Volatile.Read(ref _deadLetters) ?? Volatile.Read(ref _reason)
        ?? Volatile.Read(ref _untried) ?? counters.Trouble;

    /// <summary>How long until the next call, while the service takes none and nothing is under way; null otherwise.</summary>
    public TimeSpan? NextTry
    {
        get
        {
            lock (_lock)
            {
                return Volatile.Read(ref _reason) is null || _nextTry is not { } at ? null
                    : time.GetTimestamp() is var now && now < at ? time.GetElapsedTime(now, at) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>
    /// Reports that the conservation law is broken, and what to do; null when it holds again. It takes precedence over the service's
    /// answers.
    /// </summary>
    public void Violated(string? reason) => Volatile.Write(ref _violation, reason);

    /// <summary>Reports the disk that the flow waits for, and what to do; null when the flow continues.</summary>
    public void Stalled(string? reason) => Volatile.Write(ref _stalled, reason);

    /// <summary>Reports why dead letters cannot be written, and what to do; null when they can.</summary>
    public void DeadLettersRefused(string? reason) => Volatile.Write(ref _deadLetters, reason);

    /// <inheritdoc/>
    public void Called(IRequestBody body, CallAnswer answer, CallOutcome outcome)
    {
        lock (_lock)
        {
            _nextTry = null;
        }

        counters.Delivery.Called(
            body.Length, body.Records, answer.Refused.Count, ResponseClassifier.ThrottledRecords(answer, body.Records), outcome);
        if (counters.Delivery.Errors.Count(answer) && ResponseClassifier.IsUnknown(answer))
        {
            FlowLog.UnknownCode(logger, flow, answer.ErrorCode!, answer.Message);
        }

        if (outcome == CallOutcome.Answered && answer.Refused.Count < body.Records)
        {
            _hasAccepted = true;
            Volatile.Write(ref _untried, null);
            if (Volatile.Read(ref _reason) is not null)
            {
                Recover();
            }
        }
        else if (!_hasAccepted)
        {
            // Later a call may fail now and then; until one has succeeded nothing shows that any can.
            Volatile.Write(ref _untried, $"No call has succeeded since the start. The last one: {Remedy.For(answer, destination)}");
        }
    }

    /// <inheritdoc/>
    public void Retrying(CallAnswer answer, CallOutcome outcome, int attempt, TimeSpan wait)
    {
        counters.Delivery.Retried(outcome);
        if (outcome != CallOutcome.Blocked && attempt >= QuietAttempts)
        {
            Degrade(answer);
        }

        Await(wait);
    }

    /// <inheritdoc/>
    public void Waiting(CallAnswer reason, TimeSpan untilProbe)
    {
        Degrade(reason);
        Await(untilProbe);
    }

    // Of several that wait the first one is the next try.
    private void Await(TimeSpan wait)
    {
        lock (_lock)
        {
            var at = time.GetTimestamp() + time.TicksOf(wait);
            _nextTry = _nextTry is { } earlier && earlier > time.GetTimestamp() ? Math.Min(earlier, at) : at;
        }
    }

    private void Degrade(CallAnswer answer)
    {
        var reason = Remedy.For(answer, destination);
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_reason is null)
            {
                _degradedSince = now;
            }
            else if (time.GetElapsedTime(_lastReported) < Reminder)
            {
                Volatile.Write(ref _reason, reason);
                return;
            }

            _lastReported = now;
            Volatile.Write(ref _reason, reason);
        }

        FlowLog.Degraded(logger, flow, reason);
    }

    private void Recover()
    {
        TimeSpan degraded;
        lock (_lock)
        {
            if (_reason is null)
            {
                return;
            }

            Volatile.Write(ref _reason, null);
            degraded = time.GetElapsedTime(_degradedSince);
        }

        FlowLog.Recovered(logger, flow, degraded.TotalSeconds);
    }
}
