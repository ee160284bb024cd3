namespace Shipper.LocalPipeline.Monitoring;

/// <summary>
/// Counts the lines of the log files as they grow. Files are never renamed or truncated, because the pipeline sets the rotation
/// mode NewFile.
/// </summary>
internal sealed class WrittenLines(string orders)
{
    // Bounds the time of an update; the next one counts the rest.
    private const long MaxBytesPerUpdate = 64L * 1024 * 1024;

    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private readonly byte[] _block = new byte[128 * 1024];

    /// <summary>Number of lines counted so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Number of bytes counted so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Total size of the files in bytes, counted or not.</summary>
    public long BytesInFiles { get; private set; }

    /// <summary>Number of log files.</summary>
    public int Files { get; private set; }

    /// <summary>Counts new lines; false if some are left for the next update.</summary>
    public bool Update()
    {
        var until = Bytes + MaxBytesPerUpdate;
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
