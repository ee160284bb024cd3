using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>An observer that remembers.</summary>
internal sealed class CallLog : IDeliveryObserver
{
    /// <summary>Fate and record count of each call that ended.</summary>
    public List<(CallFate Fate, int Records)> Calls { get; } = [];

    /// <summary>Each wait before a body was sent again.</summary>
    public List<(CallFate Fate, int Attempt, TimeSpan Wait)> Waits { get; } = [];

    /// <summary>Runs at each wait; null for nothing.</summary>
    public Action? OnRetrying { get; set; }

    /// <inheritdoc/>
    public void Called(IRequestBody body, CallAnswer answer, CallFate fate)
    {
        lock (Calls)
        {
            Calls.Add((fate, body.Records));
        }
    }

    /// <inheritdoc/>
    public void Retrying(CallAnswer answer, CallFate fate, int attempt, TimeSpan wait)
    {
        if (fate == CallFate.Blocked)
        {
            return; // it waits for the circuit
        }

        lock (Calls)
        {
            Waits.Add((fate, attempt, wait));
        }

        OnRetrying?.Invoke();
    }

    /// <inheritdoc/>
    public void Waiting(CallAnswer reason, TimeSpan untilProbe)
    {
        lock (Calls)
        {
            Waits.Add((CallFate.Blocked, 0, untilProbe));
        }

        OnRetrying?.Invoke();
    }
}
