using System.Text;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>
/// How often each line occurs, byte for byte: lines are kept as Latin-1 text, in which every byte is a character. What
/// follows the last newline counts as a line too.
/// </summary>
internal sealed class LineCount
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>Lines, repeats counted.</summary>
    public long Total { get; private set; }

    /// <summary>Their bytes, newlines included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Every different line with its number.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>The lines of some files.</summary>
    public static LineCount Of(IEnumerable<string> files)
    {
        var count = new LineCount();
        foreach (var file in files)
        {
            count.AddBytes(File.ReadAllBytes(file));
        }

        return count;
    }

    /// <summary>Adds one line, given without its newline.</summary>
    public void Add(string line)
    {
        _lines[line] = _lines.GetValueOrDefault(line) + 1;
        Total++;
        Bytes += line.Length + 1;
    }

    /// <summary>Adds every line of <paramref name="bytes"/>.</summary>
    public void AddBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var newline = bytes.IndexOf((byte)'\n');
            Add(Encoding.Latin1.GetString(newline < 0 ? bytes : bytes[..newline]));
            bytes = newline < 0 ? [] : bytes[(newline + 1)..];
        }
    }
}
