using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One random history from one seed: writers, rotations, faults, stops and crashes, then peace, then the reckoning.</summary>
internal sealed class SimulationRun
{
    private static readonly string[][] Patterns =
    [
        ["/logs/w0.log", "/logs/w1.log", "/logs/w2.log"],
        ["/logs/*.log"],
        ["/logs/w*.log*"],
        ["/logs/{w0,w1,w2}.log*"],
        ["/**/w*.log*"],
    ];

    private readonly Random _random;
    private readonly Stage _stage;
    private readonly World _world;
    private readonly Oracle _oracle;
    private readonly ShippedClaim _shipped;
    private readonly List<RandomWriter> _writers = [];
    private readonly bool _mayKill;
    private readonly bool _mayFault;
    private readonly bool _mayRefuseSome;
    private readonly double _race;
    private bool _inWorld;
    private long _restartAt;

    public SimulationRun(int seed, bool trace)
    {
        _random = new Random(seed);
        var small = _random.Next(2) == 0;
        var limits = small ? new BatchLimits(10, 16_000, 4000) : BatchLimits.Firehose;
        var patterns = Patterns[_random.Next(Patterns.Length)];
        var calls = _random.Next(1, 5);
        _mayRefuseSome = calls > 1 || _random.Next(2) == 0;
        _mayKill = _random.Next(3) > 0;
        _mayFault = _random.Next(2) == 0;
        _race = _random.Next(3) == 0 ? 0 : _random.NextDouble() * 0.01;
        _stage = new Stage(new StageOptions
        {
            Patterns = patterns,
            Limits = limits,
            Packing = _random.Next(2) == 0 ? null : new Packing(_random.Next(200, limits.MaxRecordBytes), _random.Next(2, 500)),
            MaxCalls = calls,
            MemoryChunks = _random.Next(2, 12),
            MaxBatchAge = TimeSpan.FromMilliseconds(_random.Next(1, 1500)),
            Trace = trace,
        }, seed);
        var parsed = patterns.SelectMany(PathPattern.Parse).ToList();
        _world = new World(_stage, path => !PatternScan.IsCompressed(path) && parsed.Exists(pattern => pattern.Matches(path)));
        _oracle = new Oracle(_stage, _world, inOrder: calls == 1 && !_mayRefuseSome);
        _shipped = new ShippedClaim(_stage, _world);
        // Without birth times an empty file known from before a crash cannot be told from the next one on its inode.
        _stage.Disk.HasBirthTimes = _random.Next(2) == 0 || _mayKill;
        _stage.Disk.TimeGrain = _random.Next(2) == 0 ? 1 : 4 * TimeSpan.TicksPerMillisecond;
        _stage.Disk.LongestRead = _random.Next(4) == 0 ? _random.Next(50, 5000) : int.MaxValue;
        _stage.Disk.MakeDirectory("/logs");
        _stage.Disk.BeforeCall = Race;
        for (var writer = _random.Next(1, 4); writer > 0; writer--)
        {
            _writers.Add(new RandomWriter(_world, _stage, _random, $"/logs/w{writer - 1}.log", small ? 12_000 : 3000)
            {
                // Lines read between the end of a copy nobody could look at and the truncation may cost a repeat.
                CopiesAll = _mayFault || _mayKill,
            });
        }
    }

    /// <summary>Everything that happened, when it was to be kept.</summary>
    public string Trace => _stage.Trace.ToString();

    /// <summary>Lines written, for the record.</summary>
    public int Lines => _world.Lines.Count;

    /// <summary>How often a file was called shipped, rightly, while the world went on.</summary>
    public int CalledShipped => _shipped.Yes;

    /// <summary>Plays the history and throws what went wrong.</summary>
    public void Play()
    {
        var end = _stage.Clock.Now + (_random.Next(5, 60) * TimeSpan.TicksPerSecond);
        while (_stage.Clock.Now < end)
        {
            World();
            _stage.Run(TimeSpan.FromMilliseconds(_random.Next(_random.Next(1, 600))));
            _world.Observe();
            _oracle.CheckNow();
            _shipped.Check();
        }

        MakePeace();
        for (var rest = 0; rest < 60 && !(_oracle.IsAllDelivered && _stage.Counters.BytesInFlight == 0); rest++)
        {
            _stage.Run(5);
            _oracle.CheckNow();
        }

        _stage.Run(20);
        _world.CheckAll();
        _oracle.CheckAtRest();
        _stage.Stop();
        _world.Ended(killed: false);
        _stage.Start();
        _stage.Run(20);
        _oracle.CheckAtRest();
        if (_stage.Shipper!.RentedBytes != 0)
        {
            throw new OracleException($"{_stage.Shipper.RentedBytes} bytes of memory in use at rest");
        }

        _stage.Stop();
    }

    /// <summary>Now and then the world moves between two things that the shipper asks of the disk.</summary>
    private void Race()
    {
        if (!_inWorld && _stage.Shipper is { } shipper)
        {
            if (_random.NextDouble() < _race)
            {
                _world.InRace = true;
                World();
                _world.InRace = false;
            }

            shipper.Life.ThrowIfOver();
        }
    }

    private void World()
    {
        _inWorld = true;
        var dice = _random.Next(100);
        if (_stage.Shipper is null)
        {
            Write();
            if (_stage.Clock.Now >= _restartAt)
            {
                _world.CheckAll();
                _stage.Start();
            }
        }
        else if (dice < 90)
        {
            Write();
        }
        else if (dice < 93)
        {
            ChangeMood();
        }
        else if (dice < 95 && _mayFault)
        {
            ChangeFault();
        }
        else if (dice < 98 && _mayKill)
        {
            Kill();
        }

        _inWorld = false;
    }

    private void Write() => _writers[_random.Next(_writers.Count)].Step();

    private void Kill()
    {
        _oracle.Killed();
        _stage.Kill(_random.NextDouble());
        _world.Ended(killed: true);
        _restartAt = _stage.Clock.Now + _random.NextInt64(_random.NextInt64(1, 20 * TimeSpan.TicksPerSecond));
    }

    private void ChangeMood()
    {
        var moods = Enum.GetValues<FirehoseMood>().Where(mood => _mayRefuseSome || mood != FirehoseMood.RefuseSome).ToArray();
        var (bad, share) = (moods[_random.Next(moods.Length)], _random.NextDouble());
        _stage.Trace.Add($"service: {bad} {share:F2}");
        _stage.Firehose.Mood = _ => _random.NextDouble() < share ? bad : FirehoseMood.Accept;
        _stage.Firehose.Refuses = _ => _random.Next(3) == 0;
        var slowest = _random.Next(1, 3000);
        _stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(_random.Next(1, slowest));
    }

    private void ChangeFault()
    {
        var (operation, share) = ((DiskOperation)_random.Next(5), _random.Next(3) == 0 ? 0 : _random.NextDouble());
        share *= operation == DiskOperation.Stat ? 0.3 : 1; // an open file that cannot be looked at for long may cost a repeat
        _stage.Trace.Add($"disk: {operation} fails {share:F2}");
        _stage.Disk.Fault = (asked, _) => asked == operation && _random.NextDouble() < share ? "Input/output error" : null;
    }

    private void MakePeace()
    {
        _inWorld = true;
        _stage.Trace.Add($"PEACE");
        _stage.Disk.Fault = null;
        _stage.Firehose.Mood = _ => FirehoseMood.Accept;
        _writers.ForEach(writer => writer.Finish());
        if (_stage.Shipper is null)
        {
            _world.CheckAll();
            _stage.Start();
        }
    }
}
