using System.Text;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>
/// What the traced shipper's log files hold, and which of their bytes are settled: in an answer that came in, or in a
/// dead letter that is on disk. Lives of one shipper share it, as they share the files.
/// </summary>
internal sealed class TracedLogs
{
    private readonly Dictionary<string, (string Path, int Start)> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool[]> _settled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _prefix = new(StringComparer.Ordinal);

    /// <summary>Adds a file, whose lines no other has.</summary>
    public void Add(string path, ReadOnlySpan<byte> content)
    {
        _settled.Add(path, new bool[content.Length]);
        _prefix.Add(path, 0);
        var start = 0;
        foreach (var line in Encoding.Latin1.GetString(content).Split('\n').SkipLast(1))
        {
            _lines.Add(line, (path, start));
            start += line.Length + 1;
        }
    }

    /// <summary>Notes that a record, one or more whole lines, was accepted.</summary>
    public void Accept(string record)
    {
        foreach (var line in record.Split('\n').SkipLast(1))
        {
            var (path, start) = _lines[line];
            Settle(path, start, start + line.Length + 1);
        }
    }

    /// <summary>Notes that a span is settled.</summary>
    public void Settle(string path, long start, long end) => _settled[path].AsSpan((int)start, (int)(end - start)).Fill(true);

    /// <summary>How far the file is settled without a gap.</summary>
    public long SettledPrefix(string path)
    {
        var settled = _settled[path];
        var prefix = _prefix[path];
        while (prefix < settled.Length && settled[prefix])
        {
            prefix++;
        }

        return _prefix[path] = prefix;
    }
}
