using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// Files that the patterns name and whose content is not text: they get no stream. Each is named and counted once, and judged again when it
/// changed.
/// </summary>
internal sealed class BinaryFiles(TailingSettings settings, Framings framings, ITailingEvents events, ILogger logger)
{
    private LazyMap<FileId, FileStat> _known;

    /// <summary>True for a file that was found not to be text and did not change since.</summary>
    public bool IsKnown(FileStat seen) => _known.Count > 0 && _known.TryGetValue(seen.Id, out var known)
        && (known.Size, known.ModifiedTicks, known.Generation) == (seen.Size, seen.ModifiedTicks, seen.Generation);

    /// <summary>True for a file that was found not to be text, whatever became of it since.</summary>
    public bool WasBinary(FileId file) => _known.ContainsKey(file);

    /// <summary>Judges a file that gets a stream otherwise.</summary>
    /// <returns>True when it is not text.</returns>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool Judge(OpenedFile opened)
    {
        if (framings.Kind.Judge(opened.File, opened.Stat.Size, out var what) == ContentVerdict.Binary)
        {
            Note(opened.Path, opened.Stat, what);
            return true;
        }

        _known.Remove(opened.Stat.Id);
        return false;
    }

    /// <summary>Judges the first text of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="text">Its first text.</param>
    /// <param name="offset">Where that begins.</param>
    public ContentVerdict Judge(TailedStream stream, ReadOnlySpan<byte> text, long offset)
    {
        var verdict = framings.Kind.Judge(text, offset, out var what);
        if (verdict == ContentVerdict.Binary)
        {
            Note(stream.Path, new FileStat(stream.File, stream.Size, stream.ModifiedTicks, stream.Generation), what);
        }

        return verdict;
    }

    /// <summary>Forgets files that a scan did not see.</summary>
    public void End(ScanSnapshot snapshot)
    {
        foreach (var (file, _) in _known.Items)
        {
            if (snapshot.PathOf(file) is null)
            {
                _known.Remove(file);
            }
        }
    }

    private void Note(string path, FileStat stat, string what)
    {
        if (!_known.ContainsKey(stat.Id))
        {
            events.Binary();
            TailingLog.NotText(logger, settings.Flow, path, what);
        }

        _known.Set(stat.Id, stat);
    }
}
