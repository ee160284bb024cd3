using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire;


namespace Shipper.Bench.Pacing;

/// <summary>
/// Agents on one delivery stream in virtual time: the shipper's own pacer against a quota as Firehose has it, a token bucket one
/// second deep that refuses the records in excess. One seed decides everything.
/// </summary>
internal sealed class QuotaWorld
{
    /// <summary>Bytes a second that the stream takes.</summary>
    public const double Quota = 5 * 1024 * 1024;

    private const int LineBytes = 212;
    private const int MostRecords = 500;
    private const int LeastRecords = 125;
    private const double PacedSeconds = 0.05;

    private readonly QuotaScene _scene;
    private readonly Random _random;
    private readonly PriorityQueue<Step, (double At, long Order)> _steps = new();
    private readonly QuotaAgent[] _agents;
    private readonly List<QuotaSecond> _seconds = [];
    private double _tokens = Quota;
    private double _filledAt;
    private long _order;

    /// <summary>A world in which nothing has happened.</summary>
    public QuotaWorld(QuotaScene scene)
    {
        (_scene, _random) = (scene, new Random(scene.Seed));
        _agents = [.. Enumerable.Range(0, scene.Agents).Select(number => new QuotaAgent(scene.Remembered?.Invoke(number)))];
        foreach (var agent in _agents)
        {
            At(_random.NextDouble() * Math.Max(scene.Arrival, 0.05), agent, null);
        }
    }

    /// <summary>Plays it.</summary>
    public QuotaResult Play()
    {
        while (_steps.TryDequeue(out var step, out var key) && key.At < _scene.Seconds)
        {
            if (step.Answer is { } answer)
            {
                step.Agent.Pacer.Observe(key.At, answer.Sent, answer.Sent - answer.Taken, QuotaUnits.Of(DestinationKind.Firehose, (long)answer.Taken * LineBytes, answer.Taken), answer.RoundTrip, answer.Whole);
            }
            else
            {
                Send(key.At, step.Agent);
            }
        }

        return new QuotaResult(_seconds, [.. _agents.Select(agent => agent.Taken * (double)LineBytes)], _scene.Seconds);
    }

    private void Send(double now, QuotaAgent agent)
    {
        var records = agent.Pacer.Rate is { } rate ? Math.Clamp((int)(rate * PacedSeconds / LineBytes), LeastRecords, MostRecords) : MostRecords;
        var wait = agent.Pacer.Take(now, QuotaUnits.Of(DestinationKind.Firehose, records * LineBytes, records));
        if (wait > 0)
        {
            At(now + Math.Min(wait, 1), agent, null);
            return;
        }

        var whole = _scene.RefusedCalls > 0 && _random.NextDouble() < _scene.RefusedCalls;
        var taken = whole ? 0 : Admit(now, records);
        agent.Taken += now >= _scene.Warm ? taken : 0;
        Count(now, records, taken);
        var roundTrip = 0.03 + (0.04 * _random.NextDouble());
        At(now + roundTrip, agent, new Answer(records, taken, roundTrip, whole));
        At(now + Math.Max(roundTrip / _scene.Calls, records * LineBytes / _scene.Offered), agent, null);
    }

    private int Admit(double now, int records)
    {
        _tokens = Math.Min(Quota, _tokens + ((now - _filledAt) * Quota));
        _filledAt = now;
        var taken = Math.Min(records, (int)(_tokens / LineBytes));
        _tokens -= taken * LineBytes;

        // What a service refuses at any pace.
        for (var record = taken; _scene.Refused > 0 && record > 0; record--)
        {
            taken -= _random.NextDouble() < _scene.Refused ? 1 : 0;
        }

        return taken;
    }

    private void Count(double now, int records, int taken)
    {
        while (_seconds.Count <= (int)now)
        {
            _seconds.Add(new QuotaSecond());
        }

        _seconds[(int)now].Sent += records * LineBytes;
        _seconds[(int)now].Taken += taken * LineBytes;
        _seconds[(int)now].Counts = now >= _scene.Warm;
    }

    private void At(double time, QuotaAgent agent, Answer? answer) => _steps.Enqueue(new Step(agent, answer), (time, _order++));

    private sealed record Answer(int Sent, int Taken, double RoundTrip, bool Whole);

    private sealed record Step(QuotaAgent Agent, Answer? Answer);
}
