using System.Text;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Follows the metrics log of the shipper, which continues in numbered files when it is large.</summary>
internal sealed class MetricsReader(string path)
{
    private readonly Dictionary<string, ShipperMetrics> _flows = new(StringComparer.Ordinal);
    private readonly byte[] _block = new byte[64 * 1024];
    private readonly string _directory = Path.GetDirectoryName(path)!;
    private readonly string _pattern = $"{Path.GetFileNameWithoutExtension(path)}*{Path.GetExtension(path)}";
    private string _current = path;
    private long _offset;

    /// <summary>The newest metrics, summed over all flows; zero before the first line.</summary>
    public ShipperMetrics Read()
    {
        Follow();
        return _flows.Values.Aggregate(default(ShipperMetrics), (sum, flow) => sum + flow);
    }

    private void Follow()
    {
        ReadLines();
        var newest = Newest();
        if (newest != _current)
        {
            (_current, _offset) = (newest, 0);
            ReadLines();
        }
    }

    private string Newest()
    {
        try
        {
            return Directory.EnumerateFiles(_directory, _pattern)
                .OrderByDescending(file => file.Length).ThenByDescending(file => file, StringComparer.Ordinal).FirstOrDefault() ?? _current;
        }
        catch (IOException)
        {
            return _current;
        }
    }

    private void ReadLines()
    {
        try
        {
            using var file = new FileStream(
                _current, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Position = _offset;
            int count;
            while ((count = file.Read(_block)) > 0)
            {
                // The bytes after the last newline belong to an incomplete line.
                var whole = _block.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
                foreach (var line in Encoding.UTF8.GetString(_block, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    var (flow, metrics) = ShipperMetrics.Parse(line);
                    _flows[flow] = metrics;
                }

                _offset += whole;
                file.Position = _offset;
                if (whole == 0)
                {
                    break;
                }
            }
        }
        catch (IOException)
        {
            // The file does not exist yet, or has just been deleted.
        }
    }
}
