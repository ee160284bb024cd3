using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Time;
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
/// A busy file and 99 slow ones against a quota that refuses whole calls, in virtual time: a token bucket of 1 MiB a second. What
/// docs/delivery.md says of it is from here.
/// </summary>
public sealed class WholeCallQuotaTests(ITestOutputHelper output)
{
    private const double Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(1, 1, false, 1)]
    [InlineData(1, 1, false, 2)]
    [InlineData(1, 1, true, 3)]
    [InlineData(2, 1, false, 1)]
    [InlineData(2, 1, true, 1)]
    [InlineData(2, 1, true, 2)]
    [InlineData(2, 1, true, 3)]
    [InlineData(1, 0.25, false, 1)]
    [InlineData(2, 0.25, false, 1)]
    [InlineData(1, 5.5, true, 1)]
    public void The_quota_arrives_and_slow_files_do_not_wait(int flows, double burst, bool aggregate, int seed)
    {
        var result = new Scene(flows, burst * Mebibyte, aggregate, seed).Run(seconds: 75);
        output.WriteLine(result.ToString());
        Assert.True(result.Goodput >= 0.9, result.ToString());
        Assert.True(result.Percentile(0.99) <= 5, result.ToString());
    }

    [Fact]
    public void Calls_refused_at_random_do_not_make_bodies_small_for_good()
    {
        var target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), () => 0.5, new FakeTimeProvider());
        var random = new Random(1);
        for (var body = 0; body < 1000; body++)
        {
            var bytes = Math.Min(target.Cap.Bytes, 4 << 20);
            if (random.NextDouble() < 0.4 && random.NextDouble() < 0.4)
            {
                target.RefusedWhole(bytes);
            }
            else
            {
                target.Ended(bytes, 500, false, ScriptedClient.Accepted, CallOutcome.Answered);
            }
        }

        Assert.True(target.Cap.Bytes >= 1 << 20, $"{target.Cap.Bytes}");
    }

    private sealed class Result(double accepted, double seconds, double burst, List<double> waits, long calls, long refused)
    {
        /// <summary>What arrived, as a share of what the quota allowed: its rate, and the burst at the start.</summary>
        public double Goodput => accepted / ((seconds * Mebibyte) + burst);

        public double Percentile(double share) => waits.Order().ElementAt((int)((waits.Count - 1) * share));

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Goodput:P1} of the quota; slow lines {waits.Count}: p50 {Percentile(0.5):F2} s, p90 {Percentile(0.9):F2} s, p99 "
            + $"{Percentile(0.99):F2} s, max {waits.Max():F2} s; {calls} calls, {refused} refused");
    }

    /// <summary>The flows, stepped on one thread.</summary>
    private sealed class Scene
    {
        private const int SlowFiles = 99;
        private const double SlowPerSecond = 10;
        private const int LineBytes = 200;
        private const int WindowBytes = 256 * 1024;
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

        private readonly ManualTimeProvider _clock = new();
        private readonly SingleThread _thread;
        private readonly Bucket _bucket;
        private readonly Flow[] _flows;
        private readonly double _burst;
        private readonly byte[] _line = Workbench.Line(LineBytes);

        public Scene(int flows, double burst, bool aggregate, int seed)
        {
            _thread = new SingleThread(_clock);
            _burst = burst;
            _bucket = new Bucket(_clock, burst);
            var random = new Random(seed);
            var target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), random.NextDouble, _clock);
            _flows = [.. Enumerable.Range(0, flows).Select(_ => new Flow(target, _bucket, aggregate, random, _clock))];
        }

        public Result Run(double seconds)
        {
            var start = _clock.GetUtcNow();
            var slow = Enumerable.Range(0, SlowFiles).Select(file => new SlowFile(file)).ToArray();
            var waits = new List<double>();
            for (var now = 0.0; now < seconds; now = (_clock.GetUtcNow() - start).TotalSeconds)
            {
                _thread.RunUntilIdle();
                foreach (var flow in _flows)
                {
                    flow.Settlement.Run();
                }

                foreach (var file in slow)
                {
                    file.Write(now);
                    file.Read(_flows[^1], _line);
                    file.Settle(now, waits);
                }

                _flows[0].ReadBusy(_line, WindowBytes);
                foreach (var flow in _flows)
                {
                    if (flow.Batches.OpenedAt is { } opened && _clock.GetElapsedTime(opened) >= TimeSpan.FromSeconds(1))
                    {
                        flow.Batches.Close();
                    }

                    _thread.Start(() =>
                    {
                        flow.Batches.Dispatch(CancellationToken.None);
                        return Task.CompletedTask;
                    });
                }

                // Timers within the step fire in their order, each with its continuations.
                for (var until = _clock.GetUtcNow() + Step; _clock.GetUtcNow() < until;)
                {
                    _clock.AdvanceTo(_clock.NextDue is { } due && due < until ? due : until);
                    _thread.RunUntilIdle();
                }
            }

            foreach (var file in slow)
            {
                file.StillWaiting(seconds, waits);
            }

            return new Result(_bucket.Accepted, seconds, _burst, waits, _bucket.Calls, _bucket.Refused);
        }

        private sealed class Flow
        {
            private readonly SettledRing _busy = Workbench.NewRing(1_000_000);

            public Flow(DeliveryTarget target, Bucket bucket, bool aggregate, Random random, ManualTimeProvider clock)
            {
                var pool = new ChunkPool(64 << 20);
                var concurrency = new AdaptiveConcurrency(4);
                var limits = ServiceLimits.Firehose;
                var packing = aggregate
                    ? new Packing(limits.MaxRecordBytes, 500)
                    : Packing.LinePerRecord(limits);
                var delivery = new BatchDelivery(bucket, target, concurrency, Log, TimeSpan.FromSeconds(30), random.NextDouble, clock);
                Batches = new FlowBatches(
                    () => Workbench.NewBatch(pool, limits, packing, target.Cap), delivery, concurrency, new WakeSignal(clock), clock);
                var (letters, counters) = (new MemoryDeadLetters(), new FlowCounters("orders"));
                Settlement = new Settlement(
                    "orders", limits, Batches, new StreamTable(), letters,
                    new LetterQueue("orders", letters, counters, clock, NullLogger.Instance), counters, new RecordTaps("orders"),
                    NullLogger.Instance);
            }

            public CallLog Log { get; } = new();

            public FlowBatches Batches { get; }

            public Settlement Settlement { get; }

            /// <summary>One read of the busy file, as far as the batches take it.</summary>
            public void ReadBusy(byte[] line, int bytes)
            {
                for (var read = 0; read < bytes && Append(_busy, line); read += line.Length)
                {
                    // As fast as it can.
                }
            }

            public bool Append(SettledRing ring, byte[] line)
            {
                var batch = Batches.Current(ring.Stream);
                while (batch is not null && !batch.TryAppend(ring, ring.End, line, 1))
                {
                    batch = Batches.Next(ring.Stream);
                }

                return batch is not null;
            }
        }

        /// <summary>Ten lines a second, and how long each waits until all before it in its file are settled, too.</summary>
        private sealed class SlowFile(int number)
        {
            private readonly SettledRing _ring = Workbench.NewRing(number + 1);
            private readonly Queue<double> _unread = new();
            private readonly Queue<(double Written, long End)> _unsettled = new();
            private double _next = number / SlowPerSecond / SlowFiles;

            public void Write(double now)
            {
                for (; _next <= now; _next += 1 / SlowPerSecond)
                {
                    _unread.Enqueue(_next);
                }
            }

            public void Read(Flow flow, byte[] line)
            {
                while (_unread.TryPeek(out var written) && flow.Append(_ring, line))
                {
                    _unread.Dequeue();
                    _unsettled.Enqueue((written, _ring.End));
                }
            }

            public void Settle(double now, List<double> waits)
            {
                while (_unsettled.TryPeek(out var line) && line.End <= _ring.Committed)
                {
                    waits.Add(now - line.Written);
                    _unsettled.Dequeue();
                }
            }

            public void StillWaiting(double now, List<double> waits) =>
                waits.AddRange(_unsettled.Select(line => now - line.Written).Concat(_unread.Select(written => now - written)));
        }
    }

    /// <summary>A service with a token bucket that takes a call whole or refuses it whole.</summary>
    private sealed class Bucket(ManualTimeProvider clock, double burst) : IDeliveryClient
    {
        private static readonly CallAnswer SlowDown =
            new() { Status = 500, ErrorCode = "ServiceUnavailableException", Message = "Slow down.", Elapsed = RoundTrip };

        private readonly double _burst = burst;
        private double _tokens = burst;
        private long _filledAt = clock.GetTimestamp();

        private static TimeSpan RoundTrip => TimeSpan.FromMilliseconds(30);

        public double Accepted { get; private set; }

        public long Calls { get; private set; }

        public long Refused { get; private set; }

        public async Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
        {
            await Task.Delay(RoundTrip, clock, cancellation);
            var now = clock.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * Mebibyte));
            _filledAt = now;
            Calls++;
            var bytes = ((BatchSlice)body).RawBytes;
            if (bytes > _tokens)
            {
                Refused++;
                return SlowDown;
            }

            _tokens -= bytes;
            Accepted += bytes;
            return new CallAnswer { Status = 200, Elapsed = RoundTrip };
        }
    }
}
