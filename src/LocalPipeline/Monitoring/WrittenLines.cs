namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Counts the lines of the log files as they grow. A file only ever grows: the pipeline has the generator begin a new one instead of rotating.</summary>
internal sealed class WrittenLines(string orders)
{
    // Counting must not hold up the screen; what is left is counted at the next look.
    private const long BytesAtOnce = 64L * 1024 * 1024;

    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private readonly byte[] _block = new byte[128 * 1024];

    /// <summary>Lines counted so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes in the files by their sizes, counted or not.</summary>
    public long BytesInFiles { get; private set; }

    /// <summary>Log files.</summary>
    public int Files { get; private set; }

    /// <summary>Looks for new lines; true when it has read all that there are.</summary>
    public bool Look()
    {
        var until = Bytes + BytesAtOnce;
        var files = new DirectoryInfo(orders).GetFiles();
        (Files, BytesInFiles) = (files.Length, files.Sum(file => file.Length));
        foreach (var file in files)
        {
            if (_read.GetValueOrDefault(file.FullName) < file.Length)
            {
                Count(file.FullName, until);
            }
        }

        return Bytes >= BytesInFiles;
    }

    private void Count(string path, long until)
    {
        using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        content.Position = _read.GetValueOrDefault(path);
        int count;
        while (Bytes < until && (count = content.Read(_block)) > 0)
        {
            Bytes += count;
            Lines += _block.AsSpan(0, count).Count((byte)'\n');
            _read[path] = content.Position;
        }
    }
}
