using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Delivery;

/// <summary>Observes every call, so that delivery does not know counters, health and logs. Called from any thread.</summary>
internal interface IDeliveryObserver
{
    /// <summary>One call ended.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="outcome">What it means.</param>
    void Called(IRequestBody body, CallAnswer answer, CallOutcome outcome);

    /// <summary>The same body will be sent again.</summary>
    /// <param name="answer">The answer that is the reason.</param>
    /// <param name="outcome">What it means.</param>
    /// <param name="attempt">Failed attempts so far, from 1.</param>
    /// <param name="wait">How long until then, if nothing else holds it back.</param>
    void Retrying(CallAnswer answer, CallOutcome outcome, int attempt, TimeSpan wait);

    /// <summary>A body waits until a cause outside is fixed.</summary>
    /// <param name="reason">The answer that names the cause.</param>
    /// <param name="untilProbe">How long until it is tried again.</param>
    void Waiting(CallAnswer reason, TimeSpan untilProbe);
}
