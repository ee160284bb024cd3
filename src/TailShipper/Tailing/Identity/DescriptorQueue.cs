using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Files that wait for a descriptor: first come, first served, so that none waits for ever.</summary>
internal sealed class DescriptorQueue
{
    private readonly HashSet<string> _served = new(StringComparer.Ordinal);
    private List<string> _before = [];
    private List<string> _now = [];

    /// <summary>True when any waits.</summary>
    public bool Any => _now.Count > 0;

    /// <summary>All files of a scan, those that wait before the others.</summary>
    public IEnumerable<KeyValuePair<string, FileStat>> First(ScanSnapshot snapshot)
    {
        (_before, _now) = (_now, _before);
        _now.Clear();
        if (_before.Count == 0)
        {
            return snapshot.Files;
        }

        _served.Clear();
        foreach (var path in _before)
        {
            _served.Add(path);
        }

        return _before.Where(snapshot.Files.ContainsKey).Select(path => KeyValuePair.Create(path, snapshot.Files[path]))
            .Concat(snapshot.Files.Where(file => !_served.Contains(file.Key)));
    }

    /// <summary>Another one that waits.</summary>
    public void Add(string path) => _now.Add(path);
}
