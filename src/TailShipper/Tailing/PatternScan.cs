namespace Shipper.TailShipper.Tailing;

/// <summary>Expands a flow's patterns into the files that are there now. The periodic scan is the truth of discovery.</summary>
internal sealed class PatternScan(IFileSystem files, IReadOnlyList<PathPattern> patterns)
{
    private const int MaxDepth = 32;

    private static readonly string[] Compressed = [".gz", ".bz2", ".zip", ".xz", ".zst"];

    /// <summary>True for names of compressed files, which are never tailed.</summary>
    public static bool IsCompressed(string path) =>
        Array.Exists(Compressed, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Looks at everything the patterns name.</summary>
    public Sightings Run()
    {
        var sightings = new Sightings();
        foreach (var pattern in patterns)
        {
            Walk(pattern, pattern.Root, 0, 0, sightings);
        }

        return sightings;
    }

    private void Walk(PathPattern pattern, string directory, int segment, int depth, Sightings sightings)
    {
        var part = pattern.Segments[segment];
        var last = segment == pattern.Segments.Count - 1;
        if (part.Literal is not null)
        {
            var path = Join(directory, part.Literal);
            if (last)
            {
                Note(path, sightings);
            }
            else
            {
                Walk(pattern, path, segment + 1, depth, sightings);
            }

            return;
        }

        if (part.AnyDepth)
        {
            Walk(pattern, directory, segment + 1, depth, sightings);
        }

        var listing = files.List(directory);
        if (listing.Sight == Sight.Unavailable)
        {
            sightings.AddUnavailable(directory, listing.Reason ?? "unknown");
        }

        foreach (var entry in listing.Entries)
        {
            if (part.AnyDepth)
            {
                if (entry.IsDirectory && !entry.Name.StartsWith('.') && depth < MaxDepth)
                {
                    Walk(pattern, Join(directory, entry.Name), segment, depth + 1, sightings);
                }
            }
            else if (part.Matches(entry.Name))
            {
                if (last && !entry.IsDirectory)
                {
                    Note(Join(directory, entry.Name), sightings);
                }
                else if (!last && entry.IsDirectory)
                {
                    Walk(pattern, Join(directory, entry.Name), segment + 1, depth, sightings);
                }
            }
        }
    }

    private void Note(string path, Sightings sightings)
    {
        if (IsCompressed(path))
        {
            return;
        }

        var look = files.Look(path);
        if (look.Sight == Sight.File)
        {
            sightings.Add(path, look.Stat);
        }
        else if (look.Sight == Sight.Unavailable)
        {
            sightings.AddUnavailable(path, look.Reason ?? "unknown");
        }
    }

    private static string Join(string directory, string name) => directory.EndsWith('/') ? directory + name : directory + "/" + name;
}
