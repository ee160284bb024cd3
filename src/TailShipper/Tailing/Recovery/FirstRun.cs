using System.Text;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Which files begin at their end with <see cref="InitialPosition.EndOfFile"/>: those that were there when the directory of a pattern was
/// first listed, at the very first start, after a reload that added the pattern, or when the directory appeared. A mark in the journal for
/// each pattern remembers that it was listed; files that appear afterwards begin at their start.
/// </summary>
internal sealed class FirstRun(
    TailingSettings settings, PatternScan scan, IFileSystem files, ICheckpoints checkpoints, TimeProvider time)
{
    private readonly List<PatternMark> _marks = new(scan.Patterns.Count);
    private StreamId[] _outdated = [];

    /// <summary>
    /// What the journal knows of the flow, and the marks of its patterns. Superseded streams are forgotten, but not the marks.
    /// </summary>
    public IReadOnlyList<StreamCheckpoint> Restore()
    {
        var known = checkpoints.Of(settings.Flow);
        var now = time.GetUtcNow();
        var marks = known.Where(PatternMark.IsMark).ToList();
        foreach (var pattern in scan.Patterns)
        {
            var key = PatternMark.KeyOf(pattern);
            var found = marks.Find(mark => mark.Head == key);

            // A flow that an earlier version ran has one mark for all its patterns, or streams and none.
            var isListed = found?.Committed > 0 || (found is null && marks.Count == 0 && known.Count > 0);
            _marks.Add(new PatternMark(pattern, key, found?.At ?? now, isListed) { Recorded = found });
        }

        _outdated = [.. marks.Where(mark => _marks.TrueForAll(kept => kept.Key != mark.Head)).Select(mark => mark.Stream)];
        foreach (var checkpoint in known.Where(known => known.State == StreamState.Superseded && known.Path.Length > 0))
        {
            checkpoints.Forget(checkpoint.Stream);
        }

        return known;
    }

    /// <summary>
    /// A scan is about to be applied: finds the patterns whose directory it listed for the first time. That a pattern is in use is recorded
    /// before any of its files is taken up, so that a process that ends meanwhile does not make the next one the first.
    /// </summary>
    public void Begin(ScanSnapshot snapshot)
    {
        foreach (var mark in _marks)
        {
            mark.Observe(snapshot, files, time);
            Record(mark);
        }
    }

    /// <summary>True when a file that no stream is known to be in begins at its end.</summary>
    /// <param name="path">Where the scan found it.</param>
    /// <param name="stat">Taken from the open file.</param>
    public bool BeginsAtEnd(string path, FileStat stat)
    {
        if (settings.InitialPosition != InitialPosition.EndOfFile)
        {
            return false;
        }

        var found = false;
        foreach (var mark in _marks)
        {
            if (mark.Pattern.Matches(path))
            {
                if (!mark.Holds(stat))
                {
                    return false;
                }

                found = true;
            }
        }

        return found;
    }

    /// <summary>A scan was applied: leaves the marks.</summary>
    /// <param name="isComplete">False when files that it saw are still to be identified.</param>
    public void End(bool isComplete)
    {
        foreach (var mark in _marks)
        {
            mark.End(isComplete);
            Record(mark);
        }

        Array.ForEach(_outdated, checkpoints.Forget);
        _outdated = [];
    }

    private void Record(PatternMark mark)
    {
        if (mark.Changed(settings.Flow) is { } changed)
        {
            mark.Recorded = changed with { Stream = mark.Recorded?.Stream ?? checkpoints.NextStream() };
            checkpoints.Record(mark.Recorded);
        }
    }
}

/// <summary>
/// What is known of one pattern's directory. In the journal it is a superseded stream without a path, as earlier versions left one for the
/// whole flow: <see cref="StreamCheckpoint.Head"/> is the fingerprint of the pattern, <see cref="StreamCheckpoint.Committed"/> 1 once its
/// directory was listed, <see cref="StreamCheckpoint.File"/> that directory, <see cref="StreamCheckpoint.At"/> when the pattern was
/// first in use.
/// </summary>
/// <param name="pattern">The pattern.</param>
/// <param name="key">Its fingerprint.</param>
/// <param name="since">When it was first in use.</param>
/// <param name="isListed">Whether its directory was listed before.</param>
internal sealed class PatternMark(PathPattern pattern, Fingerprint key, DateTimeOffset since, bool isListed)
{
    private bool _isListed = isListed;
    private bool _isObserved;
    private FileId _root;
    private long? _listedTicks;
    private bool _isFirstScan;
    private bool _wasNew;

    /// <summary>The pattern.</summary>
    public PathPattern Pattern => pattern;

    /// <summary>The fingerprint that stands for the pattern in the journal.</summary>
    public Fingerprint Key => key;

    /// <summary>The mark as the journal has it; null before the first.</summary>
    public StreamCheckpoint? Recorded { get; set; }

    /// <summary>True for the mark of a pattern; false for streams, and for the one mark of a flow that earlier versions left.</summary>
    public static bool IsMark(StreamCheckpoint checkpoint) =>
        checkpoint.State == StreamState.Superseded && checkpoint.Path.Length == 0 && checkpoint.Head.Length > 0;

    /// <summary>What stands for <paramref name="pattern"/> in the journal: of a longer one its end, braces expanded.</summary>
    public static Fingerprint KeyOf(PathPattern pattern)
    {
        var bytes = Encoding.UTF8.GetBytes(pattern.Text);
        return Fingerprint.Of(bytes.AsSpan(Math.Max(0, bytes.Length - Fingerprint.MaxLength)));
    }

    /// <summary>Whether the journal says that the directory of <paramref name="pattern"/> was listed before.</summary>
    /// <param name="pattern">One of the flow's patterns.</param>
    /// <param name="ofFlow">What the journal knows of the flow.</param>
    public static bool IsListed(PathPattern pattern, IReadOnlyCollection<StreamCheckpoint> ofFlow)
    {
        var key = KeyOf(pattern);
        return ofFlow.Any(IsMark) ? ofFlow.Any(mark => IsMark(mark) && mark.Head == key && mark.Committed > 0) : ofFlow.Count > 0;
    }

    /// <summary>
    /// Notes that the directory is listed now for the first time, or for the first time on this device, because a mount appeared.
    /// </summary>
    public void Observe(ScanSnapshot snapshot, IFileSystem files, TimeProvider time)
    {
        if (_listedTicks is not null)
        {
            _isFirstScan = false;
            return; // still the first time: not all files are identified yet
        }

        if (!snapshot.Directories.TryGetValue(pattern.Root, out var stamp) || snapshot.IsUnknown(pattern.Root)
            || (_isListed && stamp is null)
            || !(stamp is { } known ? known.Id != default : files.Stat(pattern.Root).Status == PathStatus.NotAFile))
        {
            _isObserved = true;
            return;
        }

        // The journal has the directory that was listed before; a mark that it has not is that of a new pattern.
        var before = _root == default ? Recorded?.File.Device ?? 0 : _root.Device;
        _root = stamp?.Id ?? default;
        if (!_isListed || (before != 0 && _root.Device != 0 && _root.Device != before))
        {
            _listedTicks = time.GetUtcNow().UtcTicks;
            _isFirstScan = _wasNew = !_isListed && !_isObserved && Recorded is null;
        }

        _isObserved = true;
    }

    /// <summary>
    /// True for a file that was there before: in the first scan of a new pattern every file, else one that was born before that scan, or
    /// before the pattern was in use, where the directory appeared later. Without a birth time the last modification stands for it.
    /// </summary>
    public bool Holds(FileStat stat)
    {
        if (_listedTicks is not { } listed)
        {
            return false;
        }

        var born = stat.Generation > 0 ? stat.Generation : stat.ModifiedTicks;
        return _isFirstScan || born < (_wasNew ? listed : since.UtcTicks);
    }

    /// <summary>The first time is over once every file of the scan is identified.</summary>
    public void End(bool isComplete)
    {
        if (isComplete && _listedTicks is not null)
        {
            (_isListed, _listedTicks, _isFirstScan, _wasNew) = (true, null, false, false);
        }
    }

    /// <summary>What is to be recorded, without its number; null when the journal has it.</summary>
    public StreamCheckpoint? Changed(string flow)
    {
        var file = _isListed ? _root : default;
        var committed = _isListed ? 1 : 0;
        return Recorded is { } known && known.Committed == committed && (known.File.Device == file.Device || _root == default)
            ? null
            : new StreamCheckpoint
            {
                Stream = Recorded?.Stream ?? default,
                Flow = flow,
                Path = "",
                File = file,
                Head = key,
                Committed = committed,
                State = StreamState.Superseded,
                At = since,
            };
    }
}
