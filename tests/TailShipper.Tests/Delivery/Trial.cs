using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Firehose;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Support;

namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>One delivery against a scripted service, in virtual time.</summary>
internal sealed class Trial
{
    private readonly BatchDelivery _delivery;

    public Trial(Func<ScriptedCall, CallAnswer> answer)
        : this((call, _) => Task.FromResult(answer(call)))
    {
    }

    public Trial(Func<ScriptedCall, CancellationToken, Task<CallAnswer>> answer, TimeSpan? timeout = null, ManualTimeProvider? clock = null)
    {
        Clock = clock ?? new ManualTimeProvider();
        Client = new ScriptedClient(answer);
        var random = new Random(1);
        _delivery = new BatchDelivery(Client, Log, timeout ?? TimeSpan.FromSeconds(60), random.NextDouble, Clock);
    }

    public ManualTimeProvider Clock { get; }

    public ScriptedClient Client { get; }

    public CallLog Log { get; } = new();

    /// <summary>Deliveries that wait for a probe now.</summary>
    public int Blocked => _delivery.Blocked;

    /// <summary>Records <c>0</c>, <c>1</c>, … as lines.</summary>
    public static Batch Numbers(int count, int from = 0) => Workbench.Filled(
        new ChunkPool(64 << 20), Workbench.NewRing(), Enumerable.Range(from, count).Select(number => Encoding.ASCII.GetBytes($"{number}\n")));

    /// <summary>The number in a record.</summary>
    public static int Number(string record) => int.Parse(record, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Delivers, letting the clock jump from timer to timer.</summary>
    public Task<DeliveryReport> RunAsync(Batch batch, CancellationToken cancellation = default) =>
        Clock.RunAsync(() => _delivery.DeliverAsync(batch, cancellation));
}
