using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire.Records;

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

    private const int AskingShare = 6;

    // In one of so many a watch reports what happens to names and files; now and then more happens than it can keep.
    private const int WatchShare = 4;

    // One truncation of so many is seen by its size before it is by its times.
    private const int TruncationShare = 5;

    // In one of so many the flow reads and sends between any two files of a scan.
    private const int TurnShare = 3;

    // In one of so many the lines of each file keep their order.
    private const int OrderShare = 8;

    // A world in which every question makes another file outgrows whoever asks.
    private const int MostRaces = 3000;

    private readonly Random _random;
    private readonly Stage _stage;
    private readonly World _world;
    private readonly Oracle _oracle;
    private readonly ShippedClaim _shipped;
    private readonly Troubles _troubles;
    private readonly List<RandomWriter> _writers = [];
    private readonly List<string> _paths = [];
    private readonly bool _asks;
    private readonly bool _mayKill;
    private readonly bool _mayFault;
    private readonly bool _mayHide;
    private readonly bool _mayStop;
    private readonly double _race;
    private int _races;
    private bool _inWorld;
    private bool _isStopping;
    private long _restartAt;

    /// <summary>A history.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="trace">Whether to keep what happened.</param>
    /// <param name="asks">Whether to ask of each file, all along, if it is shipped; that takes twice as long as all the rest, so few
    /// histories do unless told.</param>
    /// <param name="onlyRotates">Leaves out what is written anew or replaced in its place, and late lines of a while ago.</param>
    public SimulationRun(int seed, bool trace, bool? asks = null, bool onlyRotates = false)
    {
        _asks = asks ?? seed % AskingShare == 0;
        _random = new Random(seed);
        var small = _random.Next(2) == 0;
        var limits = small ? new ServiceLimits(10, 16_000, 4000) : ServiceLimits.Firehose;
        var patterns = Patterns[_random.Next(Patterns.Length)];
        var calls = _random.Next(1, 5);
        var mayRefuseSome = calls > 1 || _random.Next(2) == 0;
        _mayKill = _random.Next(3) > 0;
        _mayFault = _random.Next(2) == 0;
        _mayHide = _random.Next(6) == 0;
        _mayStop = _mayKill || _random.Next(2) == 0;
        _race = _random.Next(3) == 0 ? 0 : _random.NextDouble() * 0.01;
        _stage = new Stage(new StageOptions
        {
            Patterns = patterns,
            Limits = limits,
            Packing = _random.Next(2) == 0 ? null : new Packing(_random.Next(200, limits.MaxRecordBytes), _random.Next(2, 500)),
            MaxCalls = calls,
            KeepOrder = seed % OrderShare == 3,
            MemoryChunks = _random.Next(2, 12),
            MaxBatchAge = TimeSpan.FromMilliseconds(_random.Next(1, 1500)),
            CompactAtBytes = _random.Next(2000, 40_000),
            Watch = seed % WatchShare == 2 ? Watched : null,
            ScanTurn = seed % TurnShare == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(50),
            Trace = trace,
        }, seed);
        var parsed = patterns.SelectMany(PathPattern.Parse).ToList();
        _world = new World(_stage, path => !ArchiveNames.IsCompressed(path) && parsed.Exists(pattern => pattern.Matches(path)));
        var hasPoison = _random.Next(4) == 0;

        // A hunt for a bad record sends those behind it first. Cut off it begins anew, and packed in another way the bad record may be
        // none.
        _oracle = new Oracle(_stage, _world, inOrder: calls == 1 && !mayRefuseSome && !(hasPoison && _mayStop));
        _troubles = new Troubles(_stage, _random, mayRefuseSome, hasPoison);
        _shipped = new ShippedClaim(_stage, _world);
        // Without birth times an empty file known from before a crash cannot be told from the next one on its inode.
        _stage.Disk.HasBirthTimes = _random.Next(2) == 0 || _mayKill;
        _stage.Disk.TimeGrain = _random.Next(2) == 0 ? 1 : 4 * TimeSpan.TicksPerMillisecond;
        _stage.Disk.TruncationTakes = Truncation;
        _stage.Disk.LongestRead = _random.Next(4) == 0 ? _random.Next(50, 5000) : int.MaxValue;
        _stage.Disk.MakeDirectory("/logs");
        _stage.WorldMoves = Race;
        for (var writer = _random.Next(1, 4); writer > 0; writer--)
        {
            _paths.Add($"/logs/w{writer - 1}.log");
            _writers.Add(new RandomWriter(_world, _stage, _random, _paths[^1], small ? 12_000 : 3000)
            {
                // Lines read between the end of a copy nobody could look at and the truncation may cost a repeat; so may a restart then.
                CopiesAll = _mayFault || _mayStop || _mayHide,
                OnlyRotates = onlyRotates,
            });
        }
    }

    /// <summary>Everything that happened, when it was to be kept.</summary>
    public string Trace => _stage.Trace.ToString();

    /// <summary>Lines written, for the record.</summary>
    public int Lines => _world.Lines.Count;

    /// <summary>How often a file was called shipped, rightly, while the world went on.</summary>
    public int CalledShipped => _shipped.Yes;

    /// <summary>One truncation in a few takes as long as was seen of large files, 35 to 130 ms.</summary>
    private static TimeSpan Truncation(DateTimeOffset now) => now.Ticks / TimeSpan.TicksPerMillisecond is var moment
        && moment % TruncationShare == 1 ? TimeSpan.FromMilliseconds(35 + (moment % 96)) : TimeSpan.Zero;

    private SimulatedWatch Watched(Action wake)
    {
        var watch = new SimulatedWatch(wake) { Loses = () => _random.Next(60) == 0 };
        watch.Follow(_stage.Disk);
        return watch;
    }

    /// <summary>Plays the history and throws what went wrong.</summary>
    public void Play()
    {
        var end = _stage.Clock.Now + (_random.Next(5, 60) * TimeSpan.TicksPerSecond);
        while (_stage.Clock.Now < end)
        {
            World();
            RestartWhenDue();
            _stage.Run(TimeSpan.FromMilliseconds(_random.Next(_random.Next(1, 600))));
            EndStopWhenDone();
            _world.Observe();
            _troubles.State.Observe();
            _oracle.CheckNow();
            if (_asks)
            {
                _shipped.Check();
            }
        }

        MakePeace();
        for (var rest = 0; rest < 60 && !(_oracle.IsAllDelivered && _stage.IsAtRest); rest++)
        {
            _stage.Run(5);
            _oracle.CheckNow();
            ProveThatTheServiceTakesSome(rest);
        }

        _stage.Run(20);
        _world.CheckAll();
        _oracle.CheckAtRest();
        _stage.Stop();
        _world.Ended(killed: false, _stage.Clock.Now);
        _stage.Start();
        _stage.Run(20);
        _oracle.CheckAtRest();
        if (_stage.Shipper!.RentedBytes != 0)
        {
            throw new OracleException($"{_stage.Shipper.RentedBytes} bytes of memory in use at rest");
        }

        _stage.Stop();
    }

    /// <summary>
    /// Where all that is left are records that the service refuses for good, and this run of the shipper has not had one accepted,
    /// nobody can know whether the records are bad or a setting: it takes another line, which is accepted.
    /// </summary>
    private void ProveThatTheServiceTakesSome(int rest)
    {
        if (rest % 12 == 11 && _troubles.HasPoison && !_stage.WasAnyTaken)
        {
            _writers[0].WriteOneMore();
        }
    }

    /// <summary>
    /// Now and then the world moves between two things that the shipper asks of a disk or the service, and may kill it there.
    /// </summary>
    private void Race()
    {
        if (!_inWorld && _races < MostRaces && _random.NextDouble() < _race)
        {
            _races++;
            _world.InRace = true;
            World();
            _world.InRace = false;
        }
    }

    private void World()
    {
        _inWorld = true;
        var dice = _random.Next(100);
        if (_stage.Life is null || dice < 90)
        {
            Write();
        }
        else if (dice < 92)
        {
            _troubles.ChangeMood();
        }
        else if (dice < 94 && _mayFault)
        {
            _troubles.ChangeFault(_paths);
        }
        else if (dice < 95 && _mayFault)
        {
            _troubles.ChangeState();
        }
        else if (dice < 98 && _mayKill)
        {
            Kill();
        }
        else if (dice < 99 && _mayStop && !_isStopping && _stage.Shipper is not null)
        {
            _stage.BeginStop();
            _isStopping = true;
        }
        else if (dice == 99 && _mayHide)
        {
            _writers.ForEach(writer => writer.Finish());
            _troubles.HideOrShow();
        }

        _inWorld = false;
    }

    private void Write()
    {
        if (!_troubles.IsHidden)
        {
            _writers[_random.Next(_writers.Count)].Step();
        }
    }

    private void Kill()
    {
        var powerCut = _random.Next(2) == 0;
        Forget(powerCut && _troubles.State.HasLied ? long.MinValue : _troubles.State.RememberedBefore);
        _stage.Kill(powerCut);
    }

    /// <summary>The process is about to end without a word, or without its last checkpoint.</summary>
    private void Forget(long rememberedBefore)
    {
        _isStopping = false;
        _restartAt = _stage.Clock.Now + _random.NextInt64(_random.NextInt64(1, 20 * TimeSpan.TicksPerSecond));
        _oracle.Killed(rememberedBefore);
        _world.Ended(killed: true, rememberedBefore);
    }

    private void RestartWhenDue()
    {
        if (_stage.Life is null && _stage.Clock.Now >= _restartAt)
        {
            _world.CheckAll();
            if (!_troubles.TryStart())
            {
                _restartAt = _stage.Clock.Now + TimeSpan.TicksPerSecond;
            }
        }
    }

    private void EndStopWhenDone()
    {
        if (!_isStopping || _stage.Shipper is null || !_stage.EndStopIfDone(out var isWritten, beforeEnd: _oracle.Stopped))
        {
            return;
        }

        if (isWritten)
        {
            _isStopping = false;
            _restartAt = _stage.Clock.Now + _random.NextInt64(10 * TimeSpan.TicksPerSecond);
            _world.Ended(killed: false, _stage.Clock.Now);
        }
        else
        {
            Forget(_troubles.State.RememberedBefore);
        }
    }

    private void MakePeace()
    {
        _inWorld = true;
        _stage.Trace.Add($"PEACE");
        _troubles.End();
        _writers.ForEach(writer => writer.Finish());
        while (_isStopping)
        {
            _stage.Run(1);
            EndStopWhenDone();
        }

        _restartAt = 0;
        RestartWhenDue();
    }
}
