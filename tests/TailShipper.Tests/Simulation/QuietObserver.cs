using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Counts calls and says nothing.</summary>
internal sealed class QuietObserver(FlowCounters counters) : IDeliveryObserver
{
    public void Called(IRequestBody body, CallAnswer answer, CallFate fate) => counters.Delivery.Called(body.Length, body.Records, CallMeaning.ThrottledRecords(answer, body.Records), fate);

    public void Retrying(CallAnswer answer, CallFate fate, int attempt, TimeSpan wait) => counters.Delivery.Retried(fate);

    public void Waiting(CallAnswer reason, TimeSpan untilProbe)
    {
    }
}
