using System.Globalization;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;

namespace Shipper.Bench.Pacing;

/// <summary>A scenario: shippers that share the quota of a delivery stream.</summary>
internal sealed record QuotaScenario
{
    /// <summary>Number of shippers.</summary>
    public int Shippers { get; init; } = 1;

    /// <summary>Duration in virtual seconds.</summary>
    public double Seconds { get; init; } = 600;

    /// <summary>Warm-up in seconds, which does not count in the result.</summary>
    public double WarmUp { get; init; }

    /// <summary>Offered load of each shipper in bytes a second.</summary>
    public double Offered { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds over which their starts are spread.</summary>
    public double Arrival { get; init; }

    /// <summary>Concurrent calls of each shipper.</summary>
    public int Calls { get; init; } = 4;

    /// <summary>Bytes of a record.</summary>
    public int RecordBytes { get; init; } = 212;

    /// <summary>Share of records refused at any pace.</summary>
    public double Refused { get; init; }

    /// <summary>Share of calls refused as a whole at any pace.</summary>
    public double RefusedCalls { get; init; }

    /// <summary>The pace that each shipper has learned before, by its number; null for none.</summary>
    public Func<int, double>? Remembered { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>A simulated shipper.</summary>
internal sealed class QuotaShipper
{
    /// <summary>Starts with the pace learned before, if any.</summary>
    public QuotaShipper(double? remembered)
    {
        if (remembered is { } rate)
        {
            Pacer.Restore(rate);
        }
    }

    /// <summary>The pacer of the shipper.</summary>
    public Pacer Pacer { get; } = new();

    /// <summary>Records accepted after the warm-up.</summary>
    public long Accepted { get; set; }
}

/// <summary>One second of all shippers together.</summary>
internal sealed class QuotaSecond
{
    /// <summary>Bytes sent.</summary>
    public double Sent { get; set; }

    /// <summary>Bytes accepted.</summary>
    public double Accepted { get; set; }

    /// <summary>Whether it counts in the result.</summary>
    public bool Counts { get; set; }
}

/// <summary>
/// Simulates shippers on one delivery stream in virtual time: the shipper's own pacer against a quota like that of Firehose, a
/// token bucket with the capacity of one second that refuses the excess records. A seed reproduces a run.
/// </summary>
internal sealed class QuotaSimulation
{
    /// <summary>Quota of the stream in bytes a second.</summary>
    public const double Quota = 5 * 1024 * 1024;

    private const int MaxRecords = 500;
    private const int MinBytes = 26_500;
    private const double PacedSeconds = 0.05;

    private readonly QuotaScenario _scenario;
    private readonly Random _random;
    private readonly PriorityQueue<Step, (double At, long Order)> _steps = new();
    private readonly QuotaShipper[] _shippers;
    private readonly List<QuotaSecond> _seconds = [];
    private double _tokens = Quota;
    private double _filledAt;
    private long _order;

    /// <summary>Prepares a run.</summary>
    public QuotaSimulation(QuotaScenario scenario)
    {
        (_scenario, _random) = (scenario, new Random(scenario.Seed));
        _shippers = [.. Enumerable.Range(0, scenario.Shippers).Select(number => new QuotaShipper(scenario.Remembered?.Invoke(number)))];
        foreach (var shipper in _shippers)
        {
            At(_random.NextDouble() * Math.Max(scenario.Arrival, 0.05), shipper, null);
        }
    }

    /// <summary>Runs the scenario.</summary>
    public QuotaResult Run()
    {
        while (_steps.TryDequeue(out var step, out var key) && key.At < _scenario.Seconds)
        {
            if (step.Answer is { } answer)
            {
                step.Shipper.Pacer.Observe(
                    key.At,
                    answer.Sent,
                    answer.Sent - answer.Accepted,
                    QuotaUnits.Of(DestinationKind.Firehose, (long)answer.Accepted * LineBytes, answer.Accepted),
                    answer.RoundTrip,
                    answer.Whole);
            }
            else
            {
                Send(key.At, step.Shipper);
            }
        }

        return new QuotaResult(_seconds, [.. _shippers.Select(shipper => shipper.Accepted * (double)LineBytes)], _scenario.Seconds);
    }

    private void Send(double now, QuotaShipper shipper)
    {
        var records = shipper.Pacer.Rate is { } rate
            ? Math.Clamp((int)(Math.Max(MinBytes, rate * PacedSeconds) / LineBytes), 1, MaxRecords)
            : Math.Min(MaxRecords, (4 << 20) / LineBytes);
        var wait = shipper.Pacer.Take(now, QuotaUnits.Of(DestinationKind.Firehose, records * LineBytes, records));
        if (wait > 0)
        {
            At(now + Math.Min(wait, 1), shipper, null);
            return;
        }

        var whole = _scenario.RefusedCalls > 0 && _random.NextDouble() < _scenario.RefusedCalls;
        var accepted = whole ? 0 : Admit(now, records);
        shipper.Accepted += now >= _scenario.WarmUp ? accepted : 0;
        Count(now, records, accepted);
        var roundTrip = 0.03 + (0.04 * _random.NextDouble());
        At(now + roundTrip, shipper, new Answer(records, accepted, roundTrip, whole));
        At(now + Math.Max(roundTrip / _scenario.Calls, records * LineBytes / _scenario.Offered), shipper, null);
    }

    private int LineBytes => _scenario.RecordBytes;

    private int Admit(double now, int records)
    {
        _tokens = Math.Min(Quota, _tokens + ((now - _filledAt) * Quota));
        _filledAt = now;
        var accepted = Math.Min(records, (int)(_tokens / LineBytes));
        _tokens -= accepted * LineBytes;

        // Refusals that do not depend on the pace.
        for (var record = accepted; _scenario.Refused > 0 && record > 0; record--)
        {
            accepted -= _random.NextDouble() < _scenario.Refused ? 1 : 0;
        }

        return accepted;
    }

    private void Count(double now, int records, int accepted)
    {
        while (_seconds.Count <= (int)now)
        {
            _seconds.Add(new QuotaSecond());
        }

        _seconds[(int)now].Sent += records * LineBytes;
        _seconds[(int)now].Accepted += accepted * LineBytes;
        _seconds[(int)now].Counts = now >= _scenario.WarmUp;
    }

    private void At(double time, QuotaShipper shipper, Answer? answer) => _steps.Enqueue(new Step(shipper, answer), (time, _order++));

    private sealed record Answer(int Sent, int Accepted, double RoundTrip, bool Whole);

    private sealed record Step(QuotaShipper Shipper, Answer? Answer);
}

/// <summary>The result of a run.</summary>
/// <param name="Seconds">Second by second.</param>
/// <param name="Shares">Accepted bytes of each shipper.</param>
/// <param name="Length">Duration in seconds.</param>
internal sealed record QuotaResult(IReadOnlyList<QuotaSecond> Seconds, IReadOnlyList<double> Shares, double Length)
{
    private IEnumerable<QuotaSecond> Counted => Seconds.Where(second => second.Counts);

    /// <summary>Accepted bytes as a share of the quota. The initial content of the bucket makes it a little more than 1.</summary>
    public double Goodput => Counted.Sum(second => second.Accepted) / (QuotaSimulation.Quota * Counted.Count());

    /// <summary>Share of the sent records that were refused.</summary>
    public double Throttled => 1 - (Counted.Sum(second => second.Accepted) / Counted.Sum(second => second.Sent));

    /// <summary>Jain's fairness index of the shares: 1 if all are equal.</summary>
    public double Fairness => Math.Pow(Shares.Sum(), 2) / (Shares.Count * Shares.Sum(share => share * share));

    /// <summary>Standard deviation of the bytes accepted per ten seconds, as a share of their mean.</summary>
    public double Swing
    {
        get
        {
            var tens = Counted.Select(second => second.Accepted).Chunk(10)
                .Where(ten => ten.Length == 10)
                .Select(ten => ten.Sum())
                .ToList();
            var mean = tens.Average();
            return Math.Sqrt(tens.Average(ten => (ten - mean) * (ten - mean))) / mean;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"goodput {Goodput:P1} of the quota, {Throttled:P2} of the records throttled, fairness {Fairness:F3}, swing {Swing:P1}");
}
