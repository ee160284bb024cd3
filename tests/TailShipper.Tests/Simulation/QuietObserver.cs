using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Counts calls and says nothing.</summary>
internal sealed class QuietObserver(FlowCounters counters) : IDeliveryObserver
{
    public void Called(IRequestBody body, CallAnswer answer, CallOutcome outcome) =>
        counters.Delivery.Called(
            body.Length, body.Records, answer.Refused.Count, ResponseClassifier.ThrottledRecords(answer, body.Records), outcome);

    public void Retrying(CallAnswer answer, CallOutcome outcome, int attempt, TimeSpan wait) => counters.Delivery.Retried(outcome);

    public void Waiting(CallAnswer reason, TimeSpan untilProbe)
    {
    }
}
