using System.Globalization;
using System.Text;

namespace Shipper.Bench.Pacing;

/// <summary>Runs the scenarios of docs/delivery.md and writes the values of every second and a plot of each.</summary>
internal static class PacingReport
{
    private const int Width = 760;
    private const int Height = 220;
    private const int Margin = 40;

    /// <summary>Writes the files to <paramref name="directory"/> and prints the results.</summary>
    public static int Write(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (name, title, scenario) in Scenarios())
        {
            var result = new QuotaSimulation(scenario).Run();
            var csv = new StringBuilder("second,sent_bytes,accepted_bytes\n");
            for (var second = 0; second < result.Seconds.Count; second++)
            {
                csv.Append(
                    CultureInfo.InvariantCulture, $"{second},{result.Seconds[second].Sent:F0},{result.Seconds[second].Accepted:F0}\n");
            }

            File.WriteAllText(Path.Join(directory, $"{name}.csv"), csv.ToString());
            File.WriteAllText(Path.Join(directory, $"{name}.svg"), Plot(title, result));
            Console.WriteLine($"{title}: {result}");
        }

        return 0;
    }

    private static IEnumerable<(string Name, string Title, QuotaScenario Scenario)> Scenarios() =>
    [
        ("one-at-twice", "One shipper offered twice the quota", new QuotaScenario { Offered = 2 * QuotaSimulation.Quota, Seconds = 300 }),
        ("one-at-sixty-times", "One shipper with a backlog, 300 MB/s", new QuotaScenario { Offered = 300e6, Calls = 64, Seconds = 300 }),
        ("fifty", "50 shippers with a backlog each", new QuotaScenario { Shippers = 50, Calls = 1, Seconds = 600 }),
        (
            "fifty-unequal",
            "50 shippers that remember shares of 10 to 1, judged after 10 minutes",
            new QuotaScenario
            {
                Shippers = 50,
                Calls = 1,
                Seconds = 1200,
                WarmUp = 600,
                Remembered = number => 20_000 * (1 + (number % 10)),
            }),
        (
            "fifty-arriving",
            "50 shippers that start within a minute, judged after 10 minutes",
            new QuotaScenario { Shippers = 50, Calls = 1, Seconds = 1200, WarmUp = 600, Arrival = 60 }),
    ];

    private static string Plot(string title, QuotaResult result)
    {
        const int Right = Margin + Width;
        const int Bottom = Height + Margin;
        var top = QuotaSimulation.Quota * 2;
        var text = new StringBuilder();
        Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + (2 * Margin)}\" height=\"{Height + (2 * Margin)}\" ");
        Append($"font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Append($"<text x=\"{Margin}\" y=\"20\" font-size=\"14\">{title}</text>\n");
        for (var share = 0; share <= 4; share++)
        {
            var y = Y(share * QuotaSimulation.Quota / 2, top);
            var color = share == 2 ? "black" : "#ddd";
            Append($"<line x1=\"{Margin}\" y1=\"{y}\" x2=\"{Right}\" y2=\"{y}\" stroke=\"{color}\"/>");
            Append($"<text x=\"{Margin - 4}\" y=\"{y + 4}\" text-anchor=\"end\">{share * 2.5:F1}</text>\n");
        }

        AppendLine(second => second.Sent, "#c33");
        AppendLine(second => second.Accepted, "#36c");
        Append($"<text x=\"{Margin}\" y=\"{Bottom + 16}\">0 s</text>");
        Append($"<text x=\"{Right}\" y=\"{Bottom + 16}\" text-anchor=\"end\">{result.Length:F0} s</text>\n");
        Append($"<text x=\"{Margin}\" y=\"{Bottom + 32}\">MiB/s sent (red) and accepted (blue); ");
        Append($"the quota is the black line. {result}</text>\n</svg>\n");
        return text.ToString();

        void Append(FormattableString part) => text.Append(FormattableString.Invariant(part));

        void AppendLine(Func<QuotaSecond, double> value, string color)
        {
            Append($"<polyline fill=\"none\" stroke=\"{color}\" points=\"");
            for (var second = 0; second < result.Seconds.Count; second++)
            {
                Append($"{Margin + (second * Width / result.Length):F1},{Y(value(result.Seconds[second]), top):F1} ");
            }

            Append($"\"/>\n");
        }
    }

    private static double Y(double bytes, double top) => Margin + Height - (Math.Min(bytes, top) * Height / top);
}
