using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Counts the lines of objects as they appear. An object never changes, so each is read once.</summary>
internal sealed class DeliveredLines(string s3)
{
    // Counting must not hold up the screen; what is left is counted at the next look.
    private const long BytesAtOnce = 64L * 1024 * 1024;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly byte[] _block = new byte[128 * 1024];

    /// <summary>Lines in the objects so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Their bytes before compression.</summary>
    public long Bytes { get; private set; }

    /// <summary>The objects seen so far.</summary>
    public long Objects => _seen.Count;

    /// <summary>Every object there is, in no particular order.</summary>
    public static IReadOnlyList<string> ObjectsBelow(string s3) =>
        Directory.Exists(s3) ? [.. Directory.EnumerateFiles(s3, "*", SearchOption.AllDirectories)] : [];

    /// <summary>Looks for new objects; true when it has read all that there are.</summary>
    public bool Look()
    {
        var until = Bytes + BytesAtOnce;
        foreach (var path in ObjectsBelow(s3))
        {
            if (Bytes >= until)
            {
                return false;
            }

            if (!_seen.Contains(path))
            {
                Count(path);
                _seen.Add(path);
            }
        }

        return true;
    }

    private void Count(string path)
    {
        using var content = LineFile.Open(path);
        int count;
        while ((count = content.Read(_block)) > 0)
        {
            Bytes += count;
            Lines += _block.AsSpan(0, count).Count((byte)'\n');
        }
    }
}
