using System.Globalization;
using System.Text.RegularExpressions;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>A strict reader of the text exposition format 0.0.4: what it takes, Prometheus takes.</summary>
internal sealed partial class PrometheusParser
{
    private const string OneLabel = @"[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\\n]|\\\\|\\""|\\n)*""";
    private const string Number = @"[+-]?(?:[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?|NaN|Inf)";

    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private string _family = "";

    /// <summary>Type by family.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Values by series, labels in their order.</summary>
    public Dictionary<string, double> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="FormatException">It breaks a rule.</exception>
    public static PrometheusParser Read(string text)
    {
        if (!text.EndsWith('\n') || text.Contains('\r', StringComparison.Ordinal))
        {
            throw new FormatException("every line ends with a line feed and nothing else");
        }

        var parser = new PrometheusParser();
        string? help = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } described)
            {
                help = described.Groups[1].Value;
                Require(!parser.Types.ContainsKey(help), line, "a family is in one place");
            }
            else if (Type().Match(line) is { Success: true } typed)
            {
                parser._family = typed.Groups[1].Value;
                Require(help == parser._family, line, "the help stands before the type");
                var isTotal = parser._family.EndsWith("_total", StringComparison.Ordinal);
                Require((typed.Groups[2].Value == "counter") == isTotal, line, "counters alone end with _total");
                parser.Types.Add(parser._family, typed.Groups[2].Value);
            }
            else
            {
                parser.Sample(line);
            }
        }

        return parser;
    }

    private void Sample(string line)
    {
        var match = SampleLine().Match(line);
        Require(match.Success, line, "it is no sample");
        Require(match.Groups[1].Value == _family, line, "it is below the type of another family");
        var labels = match.Groups[2].Success ? Label().Matches(match.Groups[2].Value).Select(label => label.Groups[1].Value).ToList() : [];
        Require(labels.Distinct(StringComparer.Ordinal).Count() == labels.Count, line, "a label comes twice");
        var value = double.Parse(match.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        Require(Types[_family] != "counter" || value >= 0, line, "a counter is negative");
        var series = match.Groups[1].Value + match.Groups[2].Value;
        Require(_series.Add(series), line, "a series comes twice");
        Values[series] = value;
    }

    private static void Require(bool holds, string line, string rule)
    {
        if (!holds)
        {
            throw new FormatException($"{rule}: {line}");
        }
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$")]
    private static partial Regex Type();

    [GeneratedRegex($@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{{{OneLabel}(?:,{OneLabel})*\}})? ({Number})$")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"[{,]([a-zA-Z_][a-zA-Z0-9_]*)=""")]
    private static partial Regex Label();
}
