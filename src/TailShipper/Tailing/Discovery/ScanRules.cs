namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>What of the files that the patterns name is left out.</summary>
/// <param name="Exclude">Files these match, and all below directories these match, are not tailed.</param>
/// <param name="FollowLinks">True: symbolic links are followed wherever they lead; else only within the pattern's own directory
/// tree.</param>
internal sealed record ScanRules(IReadOnlyList<PathPattern> Exclude, bool FollowLinks)
{
    /// <summary>Nothing is excluded; links are held to the tree.</summary>
    public static ScanRules Default { get; } = new([], FollowLinks: false);

    /// <summary>The shipper's own files, which are left out, too; null when they are not.</summary>
    public OwnFiles? Own { get; init; }

    /// <summary>True when <paramref name="path"/> itself, a file or a directory, is excluded.</summary>
    public bool Excludes(string path) => Match(path) is not null;

    /// <summary>
    /// What excludes <paramref name="path"/>, or a directory that a scan of <paramref name="pattern"/> meets on its way there; null
    /// when nothing does.
    /// </summary>
    public PathPattern? Exclusion(PathPattern pattern, string path)
    {
        for (var met = path; met.Length > pattern.Root.Length; met = met[..Math.Max(0, met.LastIndexOf('/'))])
        {
            if (Match(met) is { } exclusion)
            {
                return exclusion;
            }
        }

        return null;
    }

    private PathPattern? Match(string path)
    {
        foreach (var pattern in Exclude)
        {
            if (pattern.Matches(path))
            {
                return pattern;
            }
        }

        return null;
    }
}
