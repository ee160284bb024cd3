using Shipper.OrderLake.Engine;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// Merges small files: in a partition that would hold many, those below the target become one together with the new ones.
/// </summary>
internal static class Compaction
{
    /// <summary>The size that files should have, in bytes: what AWS recommends for Athena.</summary>
    public const long TargetBytes = 128L * 1024 * 1024;

    /// <summary>Merges the files of a partition.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="tables">The directory of the tables, as they are committed.</param>
    /// <param name="below">The partition's path below it.</param>
    /// <param name="written">The directory of its new files; has the merged one afterwards.</param>
    /// <param name="scratch">A directory to write to.</param>
    /// <param name="most">How many files a partition may have; 0 for any number.</param>
    /// <returns>The committed files that the merged one replaces, by their path below <paramref name="tables"/>.</returns>
    public static IReadOnlyList<string> Merge(
        LakeEngine engine, string tables, string below, string written, string scratch, int most)
    {
        var directory = Path.Join(tables, below);
        if (most == 0 || !Directory.Exists(directory))
        {
            return [];
        }

        var fresh = Directory.GetFiles(written, "*.parquet");
        var committed = new DirectoryInfo(directory).GetFiles("*.parquet");
        if (committed.Length + fresh.Length <= most)
        {
            return [];
        }

        // The smallest first, as many as fit into one file of the target's size.
        var merged = new List<string>();
        var bytes = fresh.Sum(path => new FileInfo(path).Length);
        foreach (var file in committed.OrderBy(file => file.Length).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            bytes += file.Length;
            if (bytes > TargetBytes)
            {
                break;
            }

            merged.Add(file.Name);
        }

        if (merged.Count == 0)
        {
            return [];
        }

        var sources = merged.Order(StringComparer.Ordinal).Select(name => Path.Join(directory, name)).Concat(fresh);
        var target = Path.Join(scratch, "merged.parquet");
        engine.Run($"copy (select * from read_parquet({LakeEngine.Files(sources)}, hive_partitioning = false)) "
            + $"to {LakeEngine.Text(target)} (format parquet, compression zstd)");
        foreach (var path in fresh)
        {
            File.Delete(path);
        }

        File.Move(target, Path.Join(written, "merged.parquet"));
        return [.. merged.Select(name => $"{below}/{name}")];
    }

    /// <summary>Merges the files of a table without partitions; its new file has the table's name.</summary>
    public static IReadOnlyList<string> MergeFile(LakeEngine engine, string tables, string table, string files, int most)
    {
        var written = Path.Join(files, $"{table}.parquet");
        if (!File.Exists(written))
        {
            return [];
        }

        var directory = Directory.CreateDirectory(Path.Join(files, $"{table}-new")).FullName;
        var scratch = Directory.CreateDirectory(Path.Join(files, $"{table}-merged")).FullName;
        var moved = Path.Join(directory, "new.parquet");
        File.Move(written, moved);
        var replaced = Merge(engine, tables, table, directory, scratch, most);
        File.Move(Directory.GetFiles(directory).Single(), written);
        return replaced;
    }
}
