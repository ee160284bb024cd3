using System.Globalization;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>What was written against what arrived.</summary>
/// <param name="Input">Lines written.</param>
/// <param name="Unique">Of these, lines that arrived.</param>
/// <param name="Duplicate">Lines that arrived once more than they were written.</param>
/// <param name="Loss">Lines that did not arrive.</param>
/// <param name="Foreign">Lines that arrived and were never written: torn, joined or altered.</param>
/// <param name="Examples">Some of the lines that are wrong.</param>
internal sealed record Comparison(long Input, long Unique, long Duplicate, long Loss, long Foreign, string Examples)
{
    private const int ShownLines = 5;
    private const int ShownCharacters = 160;

    /// <summary>Compares as multisets.</summary>
    public static Comparison Of(LineCount written, LineCount delivered)
    {
        long unique = 0, duplicate = 0, foreign = 0;
        var examples = new List<string>();
        foreach (var (line, count) in delivered.Lines)
        {
            var wanted = written.Lines.GetValueOrDefault(line);
            unique += Math.Min(wanted, count);
            duplicate += wanted == 0 ? 0 : Math.Max(0, count - wanted);
            foreign += wanted == 0 ? count : 0;
            if (wanted == 0)
            {
                Show("foreign", line, examples);
            }
        }

        foreach (var (line, count) in written.Lines)
        {
            if (delivered.Lines.GetValueOrDefault(line) < count)
            {
                Show("lost", line, examples);
            }
        }

        return new Comparison(written.Total, unique, duplicate, written.Total - unique, foreign, string.Join('\n', examples));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"input {Input}, unique {Unique}, duplicate {Duplicate}, loss {Loss} ({(Input == 0 ? 0 : 100.0 * Loss / Input):F2} %)" +
        $"{(Foreign > 0 ? $", foreign {Foreign}" : "")}");

    private static void Show(string what, string line, List<string> examples)
    {
        if (examples.Count < ShownLines)
        {
            examples.Add($"  {what}: {(line.Length > ShownCharacters ? line[..ShownCharacters] + "…" : line)}");
        }
    }
}
