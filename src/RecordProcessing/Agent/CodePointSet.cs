using System.Globalization;
using System.Text;

namespace Shipper.RecordProcessing.Agent;

/// <summary>A set of code points, as ranges in their order without gaps between neighbors. What a character class stands for.</summary>
internal sealed class CodePointSet
{
    private const int Max = 0x10FFFF;

    private readonly List<(int First, int Last)> _ranges;

    private CodePointSet(List<(int First, int Last)> ranges) => _ranges = ranges;

    /// <summary>No code point.</summary>
    public static CodePointSet Empty { get; } = new([]);

    /// <summary>Every code point.</summary>
    public static CodePointSet All { get; } = Of((0, Max));

    /// <summary>The code points of ranges, in any order.</summary>
    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var (first, last) in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return new CodePointSet(merged);
    }

    /// <summary>The characters of a text.</summary>
    public static CodePointSet OfCharacters(string characters) => Of(characters.Select(character => ((int)character, (int)character)));

    /// <summary>The code points of some general categories.</summary>
    public static CodePointSet OfCategories(params ReadOnlySpan<UnicodeCategory> categories)
    {
        var ranges = new List<(int First, int Last)>();
        var start = -1;
        for (var point = 0; point <= Max + 1; point++)
        {
            var isIn = point <= Max && categories.Contains(CharUnicodeInfo.GetUnicodeCategory(point));
            if (isIn && start < 0)
            {
                start = point;
            }
            else if (!isIn && start >= 0)
            {
                ranges.Add((start, point - 1));
                start = -1;
            }
        }

        return new CodePointSet(ranges);
    }

    /// <summary>What is in either.</summary>
    public CodePointSet Union(CodePointSet other) => Of(_ranges.Concat(other._ranges));

    /// <summary>What is in both.</summary>
    public CodePointSet Intersect(CodePointSet other) => Negate().Union(other.Negate()).Negate();

    /// <summary>What is not in this set.</summary>
    public CodePointSet Negate()
    {
        var ranges = new List<(int First, int Last)>();
        var next = 0;
        foreach (var (first, last) in _ranges)
        {
            if (first > next)
            {
                ranges.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Max)
        {
            ranges.Add((next, Max));
        }

        return new CodePointSet(ranges);
    }

    /// <summary>With the other case of each letter: of ASCII alone, or of all that have a simple one.</summary>
    public CodePointSet WithBothCases(bool isUnicode)
    {
        if (!isUnicode)
        {
            return Union(Of(_ranges.SelectMany(range => new[] { Shifted(range, 'A', 'Z', 32), Shifted(range, 'a', 'z', -32) })
                .Where(range => range.First <= range.Last)));
        }

        // The other way round, so that K also finds the sign of Kelvin: a point is in when its upper or lower case is.
        var own = this;
        return Union(Of(Enumerable.Range(0, 0xFFFF).Where(point => !char.IsSurrogate((char)point)
                && (own.Has(char.ToUpperInvariant((char)point)) || own.Has(char.ToLowerInvariant(char.ToUpperInvariant((char)point)))
                    || own.Has(char.ToLowerInvariant((char)point))))
            .Select(point => (point, point))));
    }

    /// <summary>True when a code point is in it.</summary>
    public bool Has(int point) => _ranges.Exists(range => range.First <= point && point <= range.Last);

    /// <summary>Writes it as an expression of .NET that matches one code point.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="withPairs">True for a text that has surrogate pairs, which are one code point each.</param>
    public void Write(StringBuilder output, bool withPairs)
    {
        var single = new StringBuilder();
        var pairs = new List<string>();
        foreach (var (first, last) in _ranges)
        {
            WriteRange(single, first, Math.Min(last, 0xD7FF));
            WriteRange(single, Math.Max(first, 0xE000), Math.Min(last, 0xFFFF));
            if (withPairs && last > 0xFFFF)
            {
                AddPairs(pairs, Math.Max(first, 0x10000), last);
            }
        }

        var characters = single.Length == 0 ? "(?!)" : $"[{single}]";
        if (pairs.Count == 0)
        {
            output.Append(characters);
            return;
        }

        output.Append("(?>").AppendJoin('|', pairs).Append('|').Append(characters).Append(')');
    }

    private static (int First, int Last) Shifted((int First, int Last) range, char first, char last, int by) =>
        (Math.Max(range.First, first) + by, Math.Min(range.Last, last) + by);

    private static void WriteRange(StringBuilder output, int first, int last)
    {
        if (first > last)
        {
            return;
        }

        output.Append(CultureInfo.InvariantCulture, $"\\u{first:X4}");
        if (last > first)
        {
            output.Append(CultureInfo.InvariantCulture, $"-\\u{last:X4}");
        }
    }

    private static void AddPairs(List<string> pairs, int first, int last)
    {
        while (first <= last)
        {
            var high = (first - 0x10000) >> 10;
            var lastOfHigh = 0x10000 + (high << 10) + 0x3FF;
            var low = (first - 0x10000) & 0x3FF;
            if (low == 0 && last >= lastOfHigh)
            {
                // Whole blocks of 1,024 at once.
                var lastHigh = ((last + 1 - 0x10000) >> 10) - 1;
                pairs.Add($"[\\u{0xD800 + high:X4}-\\u{0xD800 + lastHigh:X4}][\\uDC00-\\uDFFF]");
                first = 0x10000 + ((lastHigh + 1) << 10);
                continue;
            }

            var end = Math.Min(last, lastOfHigh);
            pairs.Add($"\\u{0xD800 + high:X4}[\\u{0xDC00 + low:X4}-\\u{0xDC00 + ((end - 0x10000) & 0x3FF):X4}]");
            first = end + 1;
        }
    }
}
