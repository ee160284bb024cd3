using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

/// <summary>
/// The batches of one flow and what settles them, with a scripted service and a failing disk, stepped by hand on one thread.
/// </summary>
internal sealed class FlowRig : IDisposable
{
    private readonly SingleThread _thread;

    public FlowRig(
        Func<ScriptedCall, CancellationToken, Task<CallAnswer>> answer, int maxCalls = 4, ChunkPool? pool = null,
        ServiceLimits? limits = null, Packing? packing = null, bool keepOrder = false)
    {
        _thread = new SingleThread(Clock);
        Pool = pool ?? new ChunkPool(64 << 20);
        Client = new ScriptedClient(answer);
        Wake = new WakeSignal(Clock);
        Target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), () => 0.5, Clock);
        var concurrency = new AdaptiveConcurrency(maxCalls, start: maxCalls);
        var delivery = new BatchDelivery(Client, Target, concurrency, Log, TimeSpan.FromHours(20), () => 0.5, Clock)
        {
            KeepOrder = keepOrder,
        };
        Batches = new FlowBatches(() => Workbench.NewBatch(Pool, limits, packing, Target.Cap), delivery, concurrency, Wake, Clock);
        Letters = new LetterQueue("orders", DeadLetters, Counters, Clock, NullLogger.Instance);
        Settlement = new Settlement(
            "orders", limits ?? ServiceLimits.Firehose, Batches, new StreamTable(), DeadLetters, Letters, Counters, Taps,
            NullLogger.Instance);
    }

    public FlowRig(
        Func<ScriptedCall, CallAnswer> answer, int maxCalls = 4, ChunkPool? pool = null, ServiceLimits? limits = null,
        Packing? packing = null, bool keepOrder = false)
        : this((call, _) => Task.FromResult(answer(call)), maxCalls, pool, limits, packing, keepOrder)
    {
    }

    public ManualTimeProvider Clock { get; } = new();

    public ChunkPool Pool { get; }

    public ScriptedClient Client { get; }

    public CallLog Log { get; } = new();

    public WakeSignal Wake { get; }

    public DeliveryTarget Target { get; }

    public FlowBatches Batches { get; }

    public MemoryDeadLetters DeadLetters { get; } = new();

    public LetterQueue Letters { get; }

    public FlowCounters Counters { get; } = new("orders");

    public RecordTaps Taps { get; } = new("orders");

    public Settlement Settlement { get; }

    public SettledRing Ring { get; } = Workbench.NewRing();

    /// <summary>Reads lines until they or the batches end; gives how many were taken.</summary>
    public int Read(params IEnumerable<string> lines) => ReadOf(Ring, lines);

    /// <summary>The same of another stream.</summary>
    public int ReadOf(SettledRing ring, params IEnumerable<string> lines)
    {
        var taken = 0;
        foreach (var line in lines)
        {
            var bytes = Encoding.Latin1.GetBytes(line);
            var batch = Batches.Current(ring.Stream);
            while (batch is not null && !batch.TryAppend(ring, ring.End, bytes, 1))
            {
                batch = Batches.Next(ring.Stream);
            }

            if (batch is null)
            {
                break;
            }

            Counters.Read(bytes.Length, 1);
            taken++;
        }

        return taken;
    }

    /// <summary>Sends what there is, and runs all that does not wait for the clock.</summary>
    public void Send(CancellationToken cancellation = default)
    {
        Batches.Close();
        Dispatch(cancellation);
    }

    /// <summary>Sends what is full or was closed, and runs all that does not wait for the clock.</summary>
    public void Dispatch(CancellationToken cancellation = default) => _thread.Start(() =>
    {
        Batches.Dispatch(cancellation);
        return Task.CompletedTask;
    });

    /// <summary>Lets virtual time pass, at most <paramref name="limit"/>, until a delivery was settled; false when none was.</summary>
    public bool Settle(TimeSpan? limit = null)
    {
        var end = Clock.GetUtcNow() + (limit ?? TimeSpan.FromMinutes(10));
        while (true)
        {
            _thread.RunUntilIdle();
            if (Settlement.Run())
            {
                return true;
            }

            if (Clock.NextDue is not { } due || due > end)
            {
                return false;
            }

            Clock.AdvanceTo(due);
        }
    }

    /// <summary>Sends and settles until nothing is left.</summary>
    public void Drain()
    {
        for (var turn = 0; turn < 1000 && !Batches.IsEmpty; turn++)
        {
            Send();
            if (!Settle())
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.True(Batches.IsEmpty, "the flow does not drain");
    }

    public void Dispose() => Wake.Dispose();
}
