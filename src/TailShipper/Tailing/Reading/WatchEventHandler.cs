using Shipper.Foundation.Time;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>Turns what a watch reported into earlier scans and earlier polls of idle files.</summary>
internal sealed class WatchEventHandler(TailingSettings settings, IDirectoryWatch watch, StreamTable streams, PollSchedule schedule,
    TimeProvider time)
{
    // More files than this are not written and closed between two scans.
    private const int MostClosed = 10_000;

    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private FileDiscovery? _discovery;
    private long _scannedAt;
    private long _scanTook;
    private int _version;
    private bool _useful;
    private bool _foundSuspect;

    /// <summary>When the watch is to be armed again; <see cref="long.MaxValue"/> when it may be at any time.</summary>
    public long WatchAgainAt { get; private set; } = long.MaxValue;

    /// <summary>
    /// Takes the news; the time from which the patterns are to be scanned for their sake, <see cref="long.MaxValue"/> when they need
    /// not.
    /// </summary>
    public long HandleEvents(FileDiscovery discovery)
    {
        (_discovery, _useful, _foundSuspect) = (discovery, false, false);
        var news = watch.ReadEvents(Written);
        if (news == WatchEvents.None)
        {
            return long.MaxValue;
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
        WatchAgainAt = _useful ? long.MaxValue : now + time.TicksOf(settings.PollInterval);
        return (news & (WatchEvents.Names | WatchEvents.Overflow)) == 0 && !_foundSuspect
            ? long.MaxValue
            : _scannedAt + Math.Max(time.TicksOf(settings.PollInterval), 10 * _scanTook); // a scan is expensive where there are many files
    }

    /// <summary>Notes that a scan began at <paramref name="began"/> and is over.</summary>
    public void Scanned(long began) => (_scannedAt, _scanTook) = (time.GetTimestamp(), time.GetTimestamp() - began);

    /// <summary>Lets the watch wake the flow, unless it would at once for nothing.</summary>
    public void WakeOnNextEvent()
    {
        if (WatchAgainAt == long.MaxValue || time.GetTimestamp() >= WatchAgainAt)
        {
            WatchAgainAt = long.MaxValue;
            watch.WakeOnNextEvent();
        }
    }

    /// <summary>Takes what the watch reported of a file before it had a stream.</summary>
    public void Opened(TailedStream stream)
    {
        if (_closed.Count > 0 && _closed.Remove(stream.Path))
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
        var closed = _closed.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!isClosed)
        {
            closed.Remove(path);
        }
        else if (_closed.Count < MostClosed)
        {
            closed.Add(path);
        }
    }

    private void Written(ReadOnlySpan<char> path, bool isClosed)
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
        var due = stream.QuietSince + time.TicksOf(settings.PollInterval); // polls that found nothing do not delay the one that will
        _useful |= due <= time.GetTimestamp();
        schedule.PollBy(stream, due);
    }
}
