using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>An observer that remembers.</summary>
internal sealed class CallLog : IDeliveryObserver
{
    /// <summary>Outcome and record count of each call that ended.</summary>
    public List<(CallOutcome Outcome, int Records)> Calls { get; } = [];

    /// <summary>Each wait before a body was sent again.</summary>
    public List<(CallOutcome Outcome, int Attempt, TimeSpan Wait)> Waits { get; } = [];

    /// <summary>Runs at each wait; null for nothing.</summary>
    public Action? OnRetrying { get; set; }

    /// <inheritdoc/>
    public void Called(IRequestBody body, CallAnswer answer, CallOutcome outcome)
    {
        lock (Calls)
        {
            Calls.Add((outcome, body.Records));
        }
    }

    /// <inheritdoc/>
    public void Retrying(CallAnswer answer, CallOutcome outcome, int attempt, TimeSpan wait)
    {
        if (outcome == CallOutcome.Blocked)
        {
            return; // it waits for the circuit
        }

        lock (Calls)
        {
            Waits.Add((outcome, attempt, wait));
        }

        OnRetrying?.Invoke();
    }

    /// <inheritdoc/>
    public void Waiting(CallAnswer reason, TimeSpan untilProbe)
    {
        lock (Calls)
        {
            Waits.Add((CallOutcome.Blocked, 0, untilProbe));
        }

        OnRetrying?.Invoke();
    }
}
