using Shipper.OrderLake.Engine;

namespace Shipper.OrderLake.Storage;

/// <summary>An object that was taken.</summary>
/// <param name="Size">Its size in bytes, as stored.</param>
/// <param name="Modified">When it was written, in microseconds since 1970.</param>
/// <param name="ETag">The MD5 of its bytes, in hexadecimal, or what its store says.</param>
internal readonly record struct TakenObject(long Size, long Modified, string ETag);

/// <summary>The objects that a lake has taken: its table <c>objects</c> or <c>event_objects</c>.</summary>
internal static class ObjectLedger
{
    /// <summary>Reads the ledger of a lake; empty before the first commit.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="directory">The directory of the table.</param>
    public static Dictionary<string, TakenObject> Read(LakeEngine engine, string directory)
    {
        var known = new Dictionary<string, TakenObject>(StringComparer.Ordinal);
        if (Directory.Exists(directory))
        {
            var files = LakeEngine.Files(Directory.EnumerateFiles(directory, "*.parquet"));
            foreach (var (name, taken) in engine.Read(
                $"select name, size, modified, etag from read_parquet({files})",
                row => (row.GetString(0), new TakenObject(row.GetInt64(1), row.GetInt64(2), row.GetString(3)))))
            {
                known[name] = taken;
            }
        }

        return known;
    }
}
