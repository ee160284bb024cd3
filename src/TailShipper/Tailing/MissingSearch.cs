namespace Shipper.TailShipper.Tailing;

/// <summary>Finds the files of streams that are no longer where they were: renamed, moved or copied, also out of the pattern.</summary>
internal sealed class MissingSearch(IFileSystem files, StreamTable streams)
{
    /// <summary>Hands over a found file; the callee owns it from then on.</summary>
    public delegate void Found(TailedStream stream, string path, ITailedFile file, FileStat stat);

    /// <summary>Looks in the directories of <paramref name="orphans"/> for their inodes.</summary>
    public void ByInode(IReadOnlyList<TailedStream> orphans, Found found)
    {
        foreach (var (path, stat) in Siblings(orphans.Where(stream => !stream.Displaced)))
        {
            if (streams.ByFile(stat.Id) is { Handle: null, Displaced: false } stream && orphans.Contains(stream))
            {
                var attempt = files.Open(path);
                if (attempt.File is { } file)
                {
                    Offer(stream, path, file, attempt.Stat, Holds(() => stream.Identity.Judge(file, attempt.Stat) == FileVerdict.Same), found);
                }
            }
        }
    }

    /// <summary>Looks in the directories of <paramref name="orphans"/> for unknown files that hold their content.</summary>
    public void ByContent(IReadOnlyList<TailedStream> orphans, Found found)
    {
        if (orphans.Count == 0)
        {
            return;
        }

        foreach (var (path, stat) in Siblings(orphans))
        {
            if (streams.ByFile(stat.Id) is not null || files.Open(path) is not { File: { } file } attempt)
            {
                continue;
            }

            List<TailedStream> best = [];
            var one = Holds(() => (best = Best(orphans.Where(stream => stream.Handle is null), file, attempt.Stat)).Count == 1);
            Offer(one ? best[0] : null, path, file, attempt.Stat, one, found);
        }
    }

    /// <summary>The streams whose own inode is gone, truncated or replaced and whose content <paramref name="newcomer"/> holds: those that reach furthest.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public IReadOnlyList<TailedStream> OriginsOf(Newcomer newcomer, Sightings sightings) => Best(
        streams.All.Where(stream =>
            stream.Handle is null && stream.State != StreamState.Superseded
            && (stream.Displaced || (sightings.PathOf(stream.File) is null && !sightings.IsUnknown(stream.Path)))),
        newcomer.File,
        newcomer.Stat);

    /// <summary>The displaced stream that <paramref name="newcomer"/> is a copy of, taken before the stream was read on; null when none.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public TailedStream? OutgrownBy(Newcomer newcomer) => streams.All.FirstOrDefault(stream =>
        stream.Displaced && stream.State != StreamState.Superseded && stream.Position > newcomer.Stat.Size
        && (stream.Head.Length > newcomer.Stat.Size || FileContent.Matches(newcomer.File, 0, stream.Head))
        && stream.Trail.LedThrough(newcomer.File, newcomer.Stat.Size));

    private static List<TailedStream> Best(IEnumerable<TailedStream> candidates, ITailedFile file, FileStat stat)
    {
        var heads = new Dictionary<int, Fingerprint>();
        var best = new List<TailedStream>();
        foreach (var stream in candidates)
        {
            if (!heads.TryGetValue(stream.Head.Length, out var head))
            {
                heads[stream.Head.Length] = head = FileContent.At(file, 0, stream.Head.Length);
            }

            if (head != stream.Head || !stream.Identity.IsContentOf(file, stat))
            {
                continue;
            }

            if (best.Count > 0 && stream.Position > best[0].Position)
            {
                best.Clear();
            }

            if (best.Count == 0 || stream.Position == best[0].Position)
            {
                best.Add(stream);
            }
        }

        return best;
    }

    private static bool Holds(Func<bool> test)
    {
        try
        {
            return test();
        }
        catch (IOException)
        {
            // It could not be read: nothing is known, and the next scan asks again.
            return false;
        }
    }

    private static void Offer(TailedStream? stream, string path, ITailedFile file, FileStat stat, bool fits, Found found)
    {
        if (fits)
        {
            found(stream!, path, file, stat);
        }
        else
        {
            file.Dispose();
        }
    }

    private IEnumerable<(string Path, FileStat Stat)> Siblings(IEnumerable<TailedStream> orphans)
    {
        foreach (var directory in orphans.Select(stream => Path.GetDirectoryName(stream.Path)).OfType<string>().Distinct().ToList())
        {
            foreach (var entry in files.List(directory).Entries)
            {
                var path = Path.Join(directory, entry.Name);
                if (!entry.IsDirectory && !PatternScan.IsCompressed(path) && files.Look(path) is { Sight: Sight.File } look)
                {
                    yield return (path, look.Stat);
                }
            }
        }
    }
}
