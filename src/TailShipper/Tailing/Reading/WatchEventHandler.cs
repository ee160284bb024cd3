using Shipper.Foundation.Time;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>Turns what a watch reported into earlier scans and earlier polls of idle files.</summary>
internal sealed class WatchEventHandler(TailingSettings settings, IDirectoryWatch watch, ReportedNames names, StreamTable streams,
    PollSchedule schedule, TimeProvider time) : IWatchListener
{
    // Names wake the flow at once, but not more often than this: a directory in which files come and go all the time costs little.
    private static readonly TimeSpan NamesInterval = TimeSpan.FromMilliseconds(5);

    // Further renames may come while a file is opened under its last name.
    private const int MostRounds = 4;

    // More files than this are not written and closed between two scans.
    private const int MostClosed = 10_000;

    private HashSet<string>? _closed; // null before the first
    private FileDiscovery? _discovery;
    private int _version;
    private bool _useful;
    private bool _foundSuspect;
    private long _namesAt;

    /// <summary>When the watch is to be armed again; <see cref="long.MaxValue"/> when it may be at any time.</summary>
    public long WatchAgainAt { get; private set; } = long.MaxValue;

    /// <summary>When the flow is to be awake to arm the watch for names; <see cref="long.MaxValue"/> when it need not.</summary>
    public long NamesAt { get; private set; } = long.MaxValue;

    /// <summary>Takes the news; true when the patterns are to be scanned for their sake.</summary>
    public bool HandleEvents(FileDiscovery discovery)
    {
        (_discovery, _useful, _foundSuspect) = (discovery, false, false);
        var news = TakeEvents();
        if (news == WatchEvents.None)
        {
            return false;
        }

        var now = time.GetTimestamp();
        if (news.HasFlag(WatchEvents.Overflow) || _version != watch.Version)
        {
            // Nothing can be taken for granted any more: every file is polled within the usual time.
            _version = watch.Version;
            foreach (var stream in streams.Live)
            {
                schedule.PollBy(stream, now + time.TicksOf(settings.ScanInterval));
            }
        }

        // Writers that write all the time must not wake the flow all the time: their files are read when they are due.
        var again = now + time.TicksOf(settings.WatchedInterval);
        WatchAgainAt = _useful ? long.MaxValue : WatchAgainAt == long.MaxValue ? again : Math.Max(WatchAgainAt, again);
        return (news & (WatchEvents.Names | WatchEvents.Overflow)) != 0 || _foundSuspect;
    }

    /// <summary>
    /// Takes the events, and opens what they report. While a file is opened under its last name it may be renamed again, which the next
    /// events say.
    /// </summary>
    private WatchEvents TakeEvents()
    {
        var (all, news) = (WatchEvents.None, watch.ReadEvents(this));
        for (var round = 1; (news & WatchEvents.Names) != 0 || names.HasPending; round++)
        {
            all |= news;
            names.Open();
            news = watch.ReadEvents(this);
            if ((news & WatchEvents.Names) == 0 || round == MostRounds)
            {
                names.DropMissing();
                break;
            }
        }

        all |= news;
        if ((all & WatchEvents.Overflow) != 0)
        {
            names.Forget();
        }

        _namesAt = (all & WatchEvents.Names) != 0 ? time.GetTimestamp() + time.TicksOf(NamesInterval) : _namesAt;
        return all;
    }

    /// <summary>Lets the watch wake the flow, unless it would at once for nothing.</summary>
    public void WakeOnNextEvent()
    {
        var now = time.GetTimestamp();
        NamesAt = long.MaxValue;
        if (WatchAgainAt == long.MaxValue || now >= WatchAgainAt)
        {
            WatchAgainAt = long.MaxValue;
            watch.WakeOnNextEvent();
        }
        else if (now >= _namesAt)
        {
            watch.WakeOnNextEvent(namesOnly: true);
        }
        else
        {
            NamesAt = _namesAt;
        }
    }

    /// <summary>Until then files are read that are written all the time, and the watch need not wake the flow.</summary>
    public void WatchAgain(long due) => WatchAgainAt = due;

    /// <summary>Takes what the watch reported of a file before it had a stream.</summary>
    public void Opened(TailedStream stream)
    {
        if (_closed?.Remove(stream.Path) == true)
        {
            stream.NoteWriterClosed(true);
        }
    }

    /// <summary>True when a write to an idle stream would be noticed.</summary>
    public bool ReportsWritesTo(TailedStream stream) => !stream.IsUnwatched && stream.ExpectedPath == stream.Path
        && _discovery?.Last?.IsLink(stream.Path) != true && watch.ReportsWritesIn(Path.GetDirectoryName(stream.Path) ?? "");

    /// <summary>
    /// A stream without unread bytes grew. If that was found only after a long wait, the watch did not report it: its file is written
    /// through a name or
    /// in a way that is not watched.
    /// </summary>
    public void NoteGrowth(TailedStream stream, long waited)
    {
        if (!stream.WasWritten && waited > 2 * time.TicksOf(settings.ScanInterval))
        {
            stream.MarkUnwatched();
        }
    }

    private void NoteClosed(ReadOnlySpan<char> path, bool isClosed)
    {
        if (!isClosed)
        {
            _closed?.GetAlternateLookup<ReadOnlySpan<char>>().Remove(path);
            return;
        }

        _closed ??= new(StringComparer.Ordinal);
        if (_closed.Count < MostClosed)
        {
            _closed.GetAlternateLookup<ReadOnlySpan<char>>().Add(path);
        }
    }

    void IWatchListener.Appeared(string path, bool isDirectory) => names.Appeared(path, isDirectory);

    void IWatchListener.Vanished(string path, bool isDirectory) => names.Vanished(path, isDirectory, _discovery?.Last);

    void IWatchListener.Moved(string from, string to, bool isDirectory) => names.Moved(from, to, isDirectory);

    void IWatchListener.Written(ReadOnlySpan<char> path, bool isClosed)
    {
        if (_discovery?.Last?.FileAt(path) is not { } file)
        {
            NoteClosed(path, isClosed);
            return;
        }

        if (streams.ByFile(file) is not { Handle: not null } stream)
        {
            NoteClosed(path, isClosed);
            _foundSuspect |= _discovery.CheckOnNextScan(path);
            return;
        }

        stream.NoteWriterClosed(isClosed);
        stream.NoteWrite();
        if (stream.IsWrittenOften)
        {
            return; // it is read when it is due
        }

        var due = stream.QuietSince + time.TicksOf(settings.WatchedInterval); // polls that found nothing do not delay the one that will
        _useful |= due <= time.GetTimestamp();
        schedule.PollBy(stream, due);
    }
}
