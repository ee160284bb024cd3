using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// Opens at once what a watch reports at a path that the patterns name, and keeps it open until the next scan decides what it is: it may
/// be renamed or deleted before that. The two halves of a rename prove that what is at another name now was at that path. What could not
/// be opened is counted.
/// </summary>
internal sealed class ReportedNames(
    TailingSettings settings, PatternScan scan, IFileSystem files, IOpenFiles streams, IDirectoryWatch watch, ITailingEvents events,
    ILogger logger) : IDisposable
{
    // Reported names whose files are not opened yet; more of them than that wait for the scan, as without a watch.
    private const int MostPending = 10_000;

    // Where each is now, and the path at which it was reported.
    private LazyMap<string, string> _pending;
    private LazyList<string> _directories;
    private LazyMap<FileId, HeldFile> _held;

    /// <summary>True when files are kept open for the next scan.</summary>
    public bool HasHeld => _held.Count > 0;

    /// <summary>True when something was reported that is not open yet.</summary>
    public bool HasPending => _pending.Count > 0 || _directories.Count > 0;

    /// <summary>Something appeared at a path.</summary>
    public void Appeared(string path, bool isDirectory)
    {
        if (isDirectory)
        {
            _directories.Add(path);
        }
        else if (scan.IsNamed(path))
        {
            Put(path, path);
        }
    }

    /// <summary>What was at a path is gone.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isDirectory">True for a directory; what became of files in it that were opened or seen is known.</param>
    /// <param name="last">What the last scan saw, if any.</param>
    public void Vanished(string path, bool isDirectory, ScanSnapshot? last)
    {
        if (isDirectory)
        {
            // Another one may be at its path by now; of this one nothing was opened.
            if (_directories.Remove(path) && scan.NamesBelow(path))
            {
                Miss(path);
            }

            return;
        }

        if (_pending.Remove(path, out var seenAt))
        {
            Miss(seenAt);
        }
        else if (last?.FileAt(path) is { } file && !streams.IsKnown(file) && !_held.ContainsKey(file))
        {
            Miss(path);
        }
    }

    /// <summary>What was at one path is at another.</summary>
    public void Moved(string from, string to, bool isDirectory)
    {
        if (isDirectory)
        {
            foreach (var path in _pending.Items.Keys.Where(path => path.StartsWith(from + "/", StringComparison.Ordinal)).ToList())
            {
                _pending.Remove(path, out var inside);
                _pending.Set(string.Concat(to, path.AsSpan(from.Length)), inside!);
            }

            _directories.Add(to);
            return;
        }

        if (_pending.Remove(from, out var seenAt))
        {
            Put(to, seenAt);
        }
        else if (scan.IsNamed(from))
        {
            Put(to, from);
        }
        else
        {
            Appeared(to, isDirectory: false);
        }
    }

    /// <summary>Forgets what is not open yet: events are missing, and only a scan can tell what there is.</summary>
    public void Forget() => _pending.Clear();

    /// <summary>Opens what was reported. What is not there any more is to be reported as renamed or deleted.</summary>
    public void Open()
    {
        foreach (var directory in _directories.Items)
        {
            OpenIn(directory);
        }

        _directories.Clear();
        foreach (var (path, seenAt) in _pending.Items.ToList())
        {
            if (IsDone(path, seenAt))
            {
                _pending.Remove(path);
            }
        }
    }

    /// <summary>Counts what is neither there nor reported at another name.</summary>
    public void DropMissing()
    {
        foreach (var seenAt in _pending.Items.Values)
        {
            Miss(seenAt);
        }

        _pending.Clear();
    }

    /// <summary>Takes a file that is held open; the caller owns it.</summary>
    public bool TryTake(FileId file, out HeldFile held) => _held.Remove(file, out held);

    /// <summary>Takes all files that are held open; the caller owns them.</summary>
    public IReadOnlyList<HeldFile> TakeAll()
    {
        HeldFile[] held = [.. _held.Items.Values];
        _held.Clear();
        return held;
    }

    /// <summary>Keeps a file open until the next scan.</summary>
    public void Hold(HeldFile held)
    {
        if (!_held.TryAdd(held.Stat.Id, held))
        {
            held.File.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var held in TakeAll())
        {
            held.File.Dispose();
        }
    }

    private void Put(string path, string seenAt)
    {
        if (_pending.Remove(path, out var replaced))
        {
            Miss(replaced);
        }

        if (_pending.Count < MostPending)
        {
            _pending.Set(path, seenAt);
        }
    }

    /// <summary>Watches a directory that is new, and opens what the patterns name in it.</summary>
    private void OpenIn(string directory)
    {
        if (scan.RunBelow(directory, watch.AddDirectory) is not { } found)
        {
            return; // the patterns name nothing below it
        }

        if (found.Directories.TryGetValue(directory, out var stamp) && stamp == default(DirectoryStamp))
        {
            Miss(directory);
        }

        foreach (var path in found.Files.Keys)
        {
            _pending.TryAdd(path, path);
        }
    }

    /// <summary>Opens one file; false when there is none at the path.</summary>
    private bool IsDone(string path, string seenAt)
    {
        // What a link leads to is another matter, which the scan decides.
        if (files.IsLink(path))
        {
            return true;
        }

        var attempt = files.Open(path);
        if (attempt.File is { } file)
        {
            if (streams.IsOpen(attempt.Stat.Id))
            {
                file.Dispose();
            }
            else
            {
                Hold(new HeldFile(path, seenAt, file, attempt.Stat));
            }
        }

        return attempt.Status != PathStatus.Missing;
    }

    private void Miss(string path)
    {
        events.Unopened();
        TailingLog.NeverOpened(logger, settings.Flow, path);
    }
}

/// <summary>An open file that no scan has seen yet, and perhaps none will.</summary>
/// <param name="Path">Where it was when it was opened.</param>
/// <param name="SeenAt">Where it was before, a path that the patterns name.</param>
/// <param name="File">The file.</param>
/// <param name="Stat">As it was when it was opened.</param>
internal readonly record struct HeldFile(string Path, string SeenAt, ITailedFile File, FileStat Stat);
