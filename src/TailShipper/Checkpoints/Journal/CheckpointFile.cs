using System.Globalization;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The name of a checkpoint file; no other class composes or parses these names.</summary>
/// <param name="Generation">From 1; never used twice in a state directory.</param>
/// <param name="Kind">What it holds.</param>
internal readonly record struct CheckpointFile(long Generation, CheckpointFileKind Kind)
{
    private const string Prefix = "checkpoints.";
    private const string SnapshotSuffix = ".snapshot";
    private const string JournalSuffix = ".journal";
    private const string TemporarySuffix = ".snapshot.tmp";
    private const string CorruptSuffix = ".corrupt";
    private const long MaxGeneration = 9_999_999_999; // ten digits; at one a second, three centuries

    /// <summary>The file's name.</summary>
    public string Name => Prefix + Generation.ToString("D10", CultureInfo.InvariantCulture) + Kind switch
    {
        CheckpointFileKind.Snapshot => SnapshotSuffix,
        CheckpointFileKind.Journal => JournalSuffix,
        CheckpointFileKind.Temporary => TemporarySuffix,
        _ => CorruptSuffix,
    };

    /// <summary>What a damaged file called <paramref name="name"/> is renamed to.</summary>
    public static string CorruptNameOf(string name) => name + CorruptSuffix;

    /// <summary>Parses a name; false for files that are not the journal's.</summary>
    public static bool TryParse(string name, out CheckpointFile file)
    {
        file = default;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = name.AsSpan(Prefix.Length);
        var digits = rest.IndexOf('.');
        if (digits < 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || generation > MaxGeneration)
        {
            return false;
        }

        CheckpointFileKind? kind = rest[digits..] switch
        {
            SnapshotSuffix => CheckpointFileKind.Snapshot,
            JournalSuffix => CheckpointFileKind.Journal,
            TemporarySuffix => CheckpointFileKind.Temporary,
            _ when rest.EndsWith(CorruptSuffix, StringComparison.Ordinal) => CheckpointFileKind.Corrupt,
            _ => null,
        };
        file = new CheckpointFile(generation, kind.GetValueOrDefault());
        return kind is CheckpointFileKind.Corrupt || (kind is not null && file.Name == name);
    }
}

/// <summary>What a checkpoint file holds, by the suffix of its name.</summary>
internal enum CheckpointFileKind
{
    /// <summary>All streams at one moment.</summary>
    Snapshot,

    /// <summary>What changed since the snapshot of the same generation.</summary>
    Journal,

    /// <summary>A snapshot that is not complete yet, or never became so.</summary>
    Temporary,

    /// <summary>Found damaged and kept for inspection. Never read again.</summary>
    Corrupt,
}
