using Shipper.Foundation.Files;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Counts the lines of objects as they appear. Objects never change, so that each is read once.</summary>
internal sealed class DeliveredLines(string s3)
{
    // Bounds the time of an update; the next one counts the rest.
    private const long MaxBytesPerUpdate = 64L * 1024 * 1024;

    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private readonly byte[] _block = new byte[128 * 1024];

    /// <summary>Number of lines counted so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Number of uncompressed bytes of these lines.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of objects counted so far.</summary>
    public long Objects => _counted.Count;

    /// <summary>The paths of all objects, in no particular order.</summary>
    public static IReadOnlyList<string> ObjectsBelow(string s3) =>
        Directory.Exists(s3) ? [.. Directory.EnumerateFiles(s3, "*", SearchOption.AllDirectories)] : [];

    /// <summary>Counts new objects; false if some are left for the next update.</summary>
    public bool Update()
    {
        var until = Bytes + MaxBytesPerUpdate;
        foreach (var path in ObjectsBelow(s3))
        {
            if (Bytes >= until)
            {
                return false;
            }

            if (!_counted.Contains(path))
            {
                Count(path);
                _counted.Add(path);
            }
        }

        return true;
    }

    private void Count(string path)
    {
        using var content = PlainOrGzip.Open(path);
        int count;
        while ((count = content.Read(_block)) > 0)
        {
            Bytes += count;
            Lines += _block.AsSpan(0, count).Count((byte)'\n');
        }
    }
}
