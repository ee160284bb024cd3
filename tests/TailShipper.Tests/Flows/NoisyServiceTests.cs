using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;
using RefusedRecord = Shipper.TailShipper.Wire.Answers.RefusedRecord;

namespace Shipper.TailShipper.Tests.Flows;

/// <summary>
/// The real batches, retries, pace and calls at once against services that refuse at random, have a quota, or both; in virtual time. What
/// docs/delivery.md says of refusals at random is from here.
/// </summary>
public sealed class NoisyServiceTests(ITestOutputHelper output)
{
    private const int Lines = 400_000;

    private static readonly Service Noise = new() { RefusedRecords = 0.05, ThrottledCalls = 0.02 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refusals_at_random_cost_at_most_three_times_the_clean_time(bool aggregate)
    {
        var clean = new Scene(new Service(), aggregate, 1).Ship(Lines);
        for (var seed = 1; seed <= 4; seed++)
        {
            var noisy = new Scene(Noise, aggregate, seed).Ship(Lines);
            output.WriteLine($"clean {clean}; noisy {noisy}");
            Assert.True(noisy.Seconds <= 3 * clean.Seconds, $"seed {seed}: clean {clean}; noisy {noisy}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Neither_do_connections_that_drop_and_two_kills_beside_them(bool aggregate)
    {
        var clean = new Scene(new Service(), aggregate, 1).Ship(Lines);
        for (var seed = 1; seed <= 4; seed++)
        {
            var noisy = new Scene(Noise with { Dropped = 0.02 }, aggregate, seed).Ship(Lines, kills: 2);
            output.WriteLine($"clean {clean}; noisy {noisy}");
            Assert.True(noisy.Seconds <= 3 * clean.Seconds, $"seed {seed}: clean {clean}; noisy {noisy}");
        }
    }

    public static TheoryData<double, double, bool, double> Quotas
    {
        get
        {
            var data = new TheoryData<double, double, bool, double>();
            foreach (var aggregate in (bool[])[false, true])
            {
                data.Add(5 * 1024 * 1024, 0, aggregate, 0);
                data.Add(1024 * 1024, 0, aggregate, 0);
            }

            data.Add(5 * 1024 * 1024, 0, false, 0.05);
            data.Add(1024 * 1024, 0, false, 0.05);
            data.Add(0, 20_000, false, 0);
            data.Add(0, 20_000, false, 0.05);
            data.Add(0, 1000, false, 0);
            return data;
        }
    }

    [Theory]
    [InlineData(false, 4.5)]
    [InlineData(true, 1.5)]
    public void One_file_in_order_takes_as_much_longer_as_there_are_calls_at_most(bool aggregate, double most)
    {
        var without = new Scene(new Service(), aggregate, 1).Ship(Lines);
        var with = new Scene(new Service(), aggregate, 1, keepOrder: true).Ship(Lines);
        output.WriteLine($"without {without}; with {with}");
        Assert.True(with.Seconds <= most * without.Seconds, $"without {without}; with {with}");
    }

    [Theory]
    [MemberData(nameof(Quotas))]
    public void A_quota_is_used_and_little_of_what_is_sent_exceeds_it(double bytes, double records, bool aggregate, double noise)
    {
        var service = new Service { BytesPerSecond = bytes, RecordsPerSecond = records, RefusedRecords = noise };
        var result = new Scene(service, aggregate, 1).Run(seconds: 120);
        output.WriteLine(result.ToString());
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Exceeding <= 0.05, result.ToString());
    }

    [Fact]
    public void A_quota_of_calls_is_used_too()
    {
        var result = new Scene(new Service { CallsPerSecond = 50 }, aggregate: false, 1).Run(seconds: 120);
        Assert.True(result.Goodput >= 0.9, result.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_alone_begins_no_pace(int seed) => Assert.Null(new Scene(Noise, aggregate: true, seed).Ship(Lines).Pace);

    /// <summary>What a service does.</summary>
    private sealed record Service
    {
        /// <summary>Share of the records refused at random.</summary>
        public double RefusedRecords { get; init; }

        /// <summary>Share of the calls refused whole, at random.</summary>
        public double ThrottledCalls { get; init; }

        /// <summary>Share of the calls without an answer, half of them taken.</summary>
        public double Dropped { get; init; }

        /// <summary>Token buckets of one second; 0: none.</summary>
        public double BytesPerSecond { get; init; }

        /// <inheritdoc cref="BytesPerSecond"/>
        public double RecordsPerSecond { get; init; }

        /// <summary>The same; what exceeds it is refused whole.</summary>
        public double CallsPerSecond { get; init; }
    }

    private sealed record Result(double Seconds, double Goodput, double Exceeding, long Calls, double? Pace)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Seconds:F2} s, {Goodput:P1} of the quota, {Exceeding:P2} of the records exceed it, {Calls} calls, pace {Pace:F0}");
    }

    /// <summary>One file that is written already, one flow, stepped from timer to timer.</summary>
    private sealed class Scene(Service service, bool aggregate, int seed, bool keepOrder = false)
    {
        private const int LineBytes = 212;

        private readonly ManualTimeProvider _clock = new();
        private readonly Random _random = new(seed);
        private readonly byte[] _line = Workbench.Line(LineBytes);
        private SimulatedService _service = null!;
        private long _position;

        /// <summary>Ships so many lines; the process is killed so many times, evenly spread.</summary>
        public Result Ship(int lines, int kills = 0) => Play(lines, double.PositiveInfinity, kills);

        /// <summary>Ships for so long from a file without end.</summary>
        public Result Run(double seconds) => Play(int.MaxValue, seconds, 0);

        private Result Play(int lines, double seconds, int kills)
        {
            var start = _clock.GetUtcNow();
            _service = new SimulatedService(service, _clock, _random);
            var (end, settled) = ((long)lines * LineBytes, 0L);
            (double? pace, long? body) learned = default;
            for (var life = 0; settled < end && Elapsed() < seconds; life++)
            {
                var until = life < kills ? end / (kills + 1) * (life + 1) : end;
                settled = Live(settled, end, until, seconds, ref learned);
                if (settled < end && Elapsed() < seconds)
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(200)); // killed and started again
                }
            }

            return new Result(Elapsed(), _service.Goodput(Elapsed()), _service.Exceeding, _service.Calls, learned.pace);

            double Elapsed() => (_clock.GetUtcNow() - start).TotalSeconds;
        }

        /// <summary>One life of the process, until so much is settled, ever; returns what the next one begins with.</summary>
        private long Live(long from, long end, long until, double seconds, ref (double? Pace, long? Body) learned)
        {
            var thread = new SingleThread(_clock);
            var start = _clock.GetUtcNow();
            var target = new DeliveryTarget(new Destination(DestinationKind.Firehose, "orders"), _random.NextDouble, _clock);
            target.Restore(learned.Pace, learned.Body);
            var concurrency = new AdaptiveConcurrency(4);
            var limits = ServiceLimits.Firehose;
            var packing = aggregate ? new Packing(1_024_000, int.MaxValue) : Packing.LinePerRecord(limits);
            var delivery = new BatchDelivery(
                _service, target, concurrency, new CallLog(), TimeSpan.FromSeconds(30), _random.NextDouble, _clock)
            {
                KeepOrder = keepOrder,
            };
            var pool = new ChunkPool(64 << 20);
            var batches = new FlowBatches(
                () => Workbench.NewBatch(pool, limits, packing, target.Cap), delivery, concurrency, new WakeSignal(_clock), _clock);
            var (letters, counters) = (new MemoryDeadLetters(), new FlowCounters("orders"));
            var settlement = new Settlement(
                "orders", limits, batches, new StreamTable(), letters,
                new LetterQueue("orders", letters, counters, _clock, NullLogger.Instance), counters, new RecordTaps("orders"),
                NullLogger.Instance);
            var ring = new SettledRing(new StreamId(1), from);
            _position = from;
            using var life = new CancellationTokenSource();
            while (ring.Committed < until && (_clock.GetUtcNow() - start).TotalSeconds < seconds)
            {
                thread.RunUntilIdle();
                settlement.Run();
                Read(batches, ring, end);
                if (_position == end || (batches.OpenedAt is { } opened && _clock.GetElapsedTime(opened) >= TimeSpan.FromSeconds(1)))
                {
                    batches.Close();
                }

                thread.Start(() =>
                {
                    batches.Dispatch(life.Token);
                    return Task.CompletedTask;
                });
                thread.RunUntilIdle();
                if (_clock.NextDue is { } due)
                {
                    _clock.AdvanceTo(due);
                }
            }

            learned = (target.Rate, target.Cap.Learned);
            life.Cancel();
            thread.RunUntilIdle();
            return ring.Committed;
        }

        private void Read(FlowBatches batches, SettledRing ring, long end)
        {
            for (; _position < end; _position += LineBytes)
            {
                var batch = batches.Current(ring.Stream);
                while (batch is not null && !batch.TryAppend(ring, _position, _line, 1))
                {
                    batch = batches.Next(ring.Stream);
                }

                if (batch is null)
                {
                    return;
                }
            }
        }
    }

    /// <summary>A service that takes 80 MB a second, with round trips of 5 to 15 ms beside that.</summary>
    private sealed class SimulatedService(Service service, ManualTimeProvider clock, Random random) : IDeliveryClient
    {
        private const double MostBytesPerSecond = 80e6;
        private const string Throttle = "ServiceUnavailableException";

        private readonly long _start = clock.GetTimestamp();
        private readonly TokenBucket _bytes = new(service.BytesPerSecond);
        private readonly TokenBucket _records = new(service.RecordsPerSecond);
        private readonly TokenBucket _calls = new(service.CallsPerSecond);
        private double _free;
        private double _acceptedBytes;
        private double _acceptedRecords;
        private double _sent;
        private double _exceeding;

        public long Calls { get; private set; }

        /// <summary>Of the records that were sent, and not refused at random, those beyond the quota.</summary>
        public double Exceeding => _exceeding / _sent;

        private double Now => clock.GetElapsedTime(_start).TotalSeconds;

        public double Goodput(double seconds) => service switch
        {
            { BytesPerSecond: > 0 } => _acceptedBytes / (service.BytesPerSecond * (seconds + 1)),
            { RecordsPerSecond: > 0 } => _acceptedRecords / (service.RecordsPerSecond * (seconds + 1)),
            { CallsPerSecond: > 0 } => _acceptedRecords / (500 * service.CallsPerSecond * (seconds + 1)),
            _ => double.NaN,
        };

        public async Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
        {
            Calls++;
            var raw = ((BatchSlice)body).RawBytes;
            var begun = Now;
            _free = Math.Max(_free, begun) + (raw / MostBytesPerSecond);
            await Task.Delay(TimeSpan.FromSeconds(_free - begun + 0.005 + (0.01 * random.NextDouble())), clock, cancellation);
            var elapsed = TimeSpan.FromSeconds(Now - begun);
            if (random.NextDouble() < service.Dropped)
            {
                if (random.Next(2) == 0)
                {
                    Take(body, raw);
                }

                return new CallAnswer { Status = 0, Failure = TransportFailure.Ambiguous, Message = "reset", Elapsed = elapsed };
            }

            if (random.NextDouble() < service.ThrottledCalls || !_calls.Take(Now, 1))
            {
                return new CallAnswer { Status = 503, ErrorCode = Throttle, Message = "Slow down.", Elapsed = elapsed };
            }

            return new CallAnswer { Status = 200, Refused = Take(body, raw), Elapsed = elapsed };
        }

        private List<RefusedRecord> Take(IRequestBody body, long raw)
        {
            var refused = new List<RefusedRecord>();
            var each = (double)raw / body.Records;
            for (var index = 0; index < body.Records; index++)
            {
                if (random.NextDouble() < service.RefusedRecords)
                {
                    refused.Add(new RefusedRecord(index, Throttle));
                    continue;
                }

                _sent++;
                if (!_records.Has(Now, 1) || !_bytes.Take(Now, each))
                {
                    _exceeding++;
                    refused.Add(new RefusedRecord(index, Throttle));
                    continue;
                }

                _records.Take(Now, 1);
                _acceptedBytes += each;
                _acceptedRecords++;
            }

            return refused;
        }
    }

    /// <summary>A bucket of one second's worth; without a rate it never is empty.</summary>
    private sealed class TokenBucket
    {
        private readonly double _rate;
        private double _tokens;
        private double _filledAt;

        public TokenBucket(double rate) => (_rate, _tokens) = (rate, rate);

        public bool Has(double now, double tokens)
        {
            _tokens = Math.Min(Math.Max(_rate, tokens), _tokens + ((now - _filledAt) * _rate));
            _filledAt = now;
            return _rate == 0 || _tokens >= tokens;
        }

        public bool Take(double now, double tokens)
        {
            if (!Has(now, tokens))
            {
                return false;
            }

            _tokens -= tokens;
            return true;
        }
    }
}
