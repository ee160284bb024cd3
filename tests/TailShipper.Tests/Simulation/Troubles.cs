using Shipper.TailShipper.Checkpoints.Journal;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>All that goes wrong around the shipper and its writers, as the dice say: the service, the disk, the state directory.</summary>
internal sealed class Troubles
{
    private const string Directory = "/logs";

    private readonly Stage _stage;
    private readonly Random _random;
    private readonly FirehoseMood[] _moods;

    public Troubles(Stage stage, Random random, bool mayRefuseSome, bool hasPoison)
    {
        (_stage, _random) = (stage, random);
        State = new StateWeather(stage, random);
        _moods = [.. Enum.GetValues<FirehoseMood>().Where(mood => mayRefuseSome || mood != FirehoseMood.RefuseSome)];
        HasPoison = hasPoison;
        if (hasPoison)
        {
            // The same records are poison whenever they come.
            var poison = random.Next(30, 300);
            stage.Firehose.IsPoison = record => (record[0] + (7 * record.Length)) % poison == 0;
        }
    }

    /// <summary>True when some records are poison.</summary>
    public bool HasPoison { get; }

    /// <summary>What goes wrong with the state directory.</summary>
    public StateWeather State { get; }

    /// <summary>True while the directory of the logs is away.</summary>
    public bool IsHidden => _stage.Disk.Hidden is not null;

    /// <summary>Turns the mood of the service.</summary>
    public void ChangeMood()
    {
        var (bad, share) = (_moods[_random.Next(_moods.Length)], _random.NextDouble());
        _stage.Trace.Add($"service: {bad} {share:F2}");
        _stage.Firehose.Mood = _ => _random.NextDouble() < share ? bad : FirehoseMood.Accept;
        _stage.Firehose.Refuses = _ => _random.Next(3) == 0;
        var slowest = _random.Next(1, 3000);
        _stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(_random.Next(1, slowest));
    }

    /// <summary>Makes the disk of the logs fail in another way, or not at all.</summary>
    public void ChangeFault(IReadOnlyList<string> paths)
    {
        _stage.Disk.MostOpenFiles = int.MaxValue;
        _stage.Disk.Fault = null;
        switch (_random.Next(4))
        {
            case 0:
                _stage.Disk.MostOpenFiles = _random.Next(4);
                _stage.Trace.Add($"disk: at most {_stage.Disk.MostOpenFiles} open files");
                break;
            case 1:
                // A permission is taken away: it fails whenever it is asked, until it is given back.
                var (denied, path) = ((DiskOperation)_random.Next(3), _random.Next(4) == 0 ? Directory : paths[_random.Next(paths.Count)]);
                _stage.Trace.Add($"disk: {denied} {path} is denied");
                _stage.Disk.Fault = (asked, of) => asked == denied && of == path ? "Permission denied" : null;
                break;
            default:
                var (operation, share) = ((DiskOperation)_random.Next(5), _random.Next(3) == 0 ? 0 : _random.NextDouble());
                share *= operation == DiskOperation.Stat ? 0.3 : 1; // an open file that cannot be read for long may cost a repeat
                _stage.Trace.Add($"disk: {operation} fails {share:F2}");
                _stage.Disk.Fault = (asked, _) => asked == operation && _random.NextDouble() < share ? "Input/output error" : null;
                break;
        }
    }

    /// <summary>Makes what the shipper writes to fail, or not any more.</summary>
    public void ChangeState()
    {
        _stage.DeadLetters.Fault = _random.Next(4) == 0 ? "No space left on device" : null;
        State.Change();
    }

    /// <summary>The directory goes away with all its files, or comes back.</summary>
    public void HideOrShow()
    {
        _stage.Disk.Hidden = IsHidden ? null : Directory;
        _stage.Trace.Add($"{Directory} {(IsHidden ? "is away" : "is back")}");
    }

    /// <summary>Nothing is wrong any more.</summary>
    public void End()
    {
        _stage.Disk.Fault = null;
        _stage.Disk.MostOpenFiles = int.MaxValue;
        _stage.Disk.Hidden = null;
        _stage.DeadLetters.Fault = null;
        _stage.Firehose.Mood = _ => FirehoseMood.Accept;
        _stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(20);
        State.Clear();
    }

    /// <summary>
    /// Starts the shipper. False when it cannot start for what is wrong on purpose: then the service manager tries again.
    /// </summary>
    public bool TryStart()
    {
        var wasBad = State.IsBad; // it may be over by the time at which it is known that the start failed
        try
        {
            _stage.Start();
            return true;
        }
        catch (Exception exception) when (exception is IOException or CheckpointsUnusableException && (wasBad || State.IsBad))
        {
            _stage.Trace.Add($"cannot start: {exception.Message}");
            return false;
        }
        catch (CheckpointsUnusableException exception) when (State.HasLied)
        {
            // It said so, loudly; a person reads it and does what it says.
            _stage.Trace.Add($"checkpoints are moved away: {exception.Message}");
            _stage.LoseState();
            _stage.Start();
            return true;
        }
    }
}
