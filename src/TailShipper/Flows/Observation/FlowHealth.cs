using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>How one flow's calls fare: counts them, knows whether the service takes records, and says so without flooding the log.</summary>
internal sealed class FlowHealth(string flow, Destination destination, FlowCounters counters, TimeProvider time, ILogger logger) : IDeliveryObserver
{
    // Anything that heals within a few attempts is not worth a line.
    private const int QuietAttempts = 4;
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _degradedSince;
    private long _lastSaid;
    private string? _reason;
    private string? _violation;
    private string? _stalled;
    private string? _letters;

    /// <summary>Why the flow is degraded, with the fix in words; null while it is healthy.</summary>
    public string? Reason => Volatile.Read(ref _violation) ?? Volatile.Read(ref _stalled) ?? Volatile.Read(ref _letters) ?? Volatile.Read(ref _reason);

    /// <summary>Says that the flow's sums do not agree, and what to do; null when they do again. Goes before whatever the service answers.</summary>
    public void Violated(string? reason) => Volatile.Write(ref _violation, reason);

    /// <summary>Says what the flow waits for in vain, and what to do; null when it goes on.</summary>
    public void Stalled(string? reason) => Volatile.Write(ref _stalled, reason);

    /// <summary>Says why dead letters cannot be kept, and what to do; null when they can.</summary>
    public void LettersRefused(string? reason) => Volatile.Write(ref _letters, reason);

    /// <inheritdoc/>
    public void Called(IRequestBody body, CallAnswer answer, CallOutcome outcome)
    {
        counters.Delivery.Called(body.Length, body.Records, ResponseClassifier.ThrottledRecords(answer, body.Records), outcome);
        if (counters.Delivery.Errors.Count(answer) && ResponseClassifier.IsUnknown(answer))
        {
            DeliveryLog.UnknownCode(logger, flow, answer.ErrorCode!, answer.Message);
        }

        if (outcome == CallOutcome.Answered && answer.Refused.Count < body.Records && Volatile.Read(ref _reason) is not null)
        {
            Recover();
        }
    }

    /// <inheritdoc/>
    public void Retrying(CallAnswer answer, CallOutcome outcome, int attempt, TimeSpan wait)
    {
        counters.Delivery.Retried(outcome);
        if (outcome != CallOutcome.Blocked && attempt >= QuietAttempts)
        {
            Degrade(answer, wait);
        }
    }

    /// <inheritdoc/>
    public void Waiting(CallAnswer reason, TimeSpan untilProbe) => Degrade(reason, untilProbe);

    private void Degrade(CallAnswer answer, TimeSpan wait)
    {
        var reason = Remedy.For(answer, destination);
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_reason is null)
            {
                _degradedSince = now;
            }
            else if (time.GetElapsedTime(_lastSaid) < Reminder)
            {
                Volatile.Write(ref _reason, reason);
                return;
            }

            _lastSaid = now;
            Volatile.Write(ref _reason, reason);
        }

        FlowLog.Degraded(logger, flow, reason, wait.TotalSeconds);
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
