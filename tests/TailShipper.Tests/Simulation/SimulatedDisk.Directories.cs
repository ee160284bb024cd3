using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>When directories changed.</summary>
internal sealed partial class SimulatedDisk
{
    private readonly Dictionary<string, (ulong Inode, long Changed)> _stamps = new(StringComparer.Ordinal);
    private ulong _lastDirectory = 1_000_000;

    /// <summary>False: the disk does not tell when a directory changed.</summary>
    public bool StampsDirectories { get; set; } = true;

    public DirectoryStamp? Stamp(string directory)
    {
        if (!StampsDirectories || Ask(DiskOperation.PathStat, directory) is not null)
        {
            return null;
        }

        directory = Real(directory);
        return _directories.Contains(directory) && !IsHidden(directory) && _stamps.TryGetValue(directory, out var stamp)
            ? new DirectoryStamp(new FileId(Device, stamp.Inode), stamp.Changed)
            : default(DirectoryStamp);
    }

    /// <summary>Takes away a directory and everything below.</summary>
    public void DeleteDirectory(string directory)
    {
        foreach (var path in _files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal)).ToList())
        {
            Delete(path);
        }

        _directories.RemoveWhere(path => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal));
        _stamps.Remove(directory);
        Changed(directory);
        Renamed?.Invoke(directory, null, true);
    }

    private void Changed(string path)
    {
        if (Path.GetDirectoryName(path) is { } directory && _directories.Contains(directory))
        {
            var inode = _stamps.TryGetValue(directory, out var stamp) ? stamp.Inode : ++_lastDirectory;
            _stamps[directory] = (inode, time.GetUtcNow().Ticks / TimeGrain * TimeGrain);
        }
    }
}
