using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>One delivery against a scripted service, in virtual time.</summary>
internal sealed class Trial
{
    private readonly BatchDelivery _delivery;

    public Trial(Func<ScriptedCall, CallAnswer> answer, bool keepOrder = false)
        : this((call, _) => Task.FromResult(answer(call)), keepOrder: keepOrder)
    {
    }

    public Trial(
        Func<ScriptedCall, CancellationToken, Task<CallAnswer>> answer, TimeSpan? timeout = null, ManualTimeProvider? clock = null,
        RetryWaits? waits = null, bool keepOrder = false)
    {
        Clock = clock ?? new ManualTimeProvider();
        Client = new ScriptedClient(answer);
        var random = new Random(1);
        Target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), random.NextDouble, Clock);
        Target.Circuit.Note("flow", waits ?? RetryWaits.Usual);
        _delivery = new BatchDelivery(
            Client, Target, new AdaptiveConcurrency(4), Log, timeout ?? TimeSpan.FromSeconds(60), random.NextDouble, Clock)
        {
            Waits = waits ?? RetryWaits.Usual,
            KeepOrder = keepOrder,
        };
    }

    public ManualTimeProvider Clock { get; }

    public ScriptedClient Client { get; }

    /// <summary>What was learned of where it goes.</summary>
    public DeliveryTarget Target { get; }

    public CallLog Log { get; } = new();

    /// <summary>Deliveries that wait for a probe now.</summary>
    public int Blocked => _delivery.Blocked;

    /// <summary>Whether the last calls took nothing.</summary>
    public bool TakesNothing => _delivery.TakesNothing;

    /// <summary>Records <c>0</c>, <c>1</c>, … as lines.</summary>
    public static Batch Numbers(int count, int from = 0) => Of(Enumerable.Range(from, count));

    /// <summary>These numbers as lines.</summary>
    public static Batch Of(IEnumerable<int> numbers) => Workbench.Filled(
        new ChunkPool(64 << 20), Workbench.NewRing(), numbers.Select(number => Encoding.ASCII.GetBytes($"{number}\n")));

    /// <summary>The number in a record.</summary>
    public static int Number(string record) => int.Parse(record, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Delivers on the caller's thread alone, the clock jumping to the next timer when nothing else is left to do.</summary>
    public Task<DeliveryReport> RunAsync(Batch batch, CancellationToken cancellation = default) =>
        Task.FromResult(new SingleThread(Clock).Run(() => _delivery.DeliverAsync(batch, cancellation)));
}
