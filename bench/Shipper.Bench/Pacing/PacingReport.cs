using System.Globalization;
using System.Text;

namespace Shipper.Bench.Pacing;

/// <summary>Plays the scenes of docs/delivery.md and writes their figures, second by second, and a plot of each.</summary>
internal static class PacingReport
{
    private const int Width = 760;
    private const int Height = 220;
    private const int Margin = 40;

    /// <summary>Writes into <paramref name="directory"/> and says the sums.</summary>
    public static int Write(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (name, title, scene) in Scenes())
        {
            var result = new QuotaWorld(scene).Play();
            var csv = new StringBuilder("second,sent_bytes,taken_bytes\n");
            for (var second = 0; second < result.Seconds.Count; second++)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{second},{result.Seconds[second].Sent:F0},{result.Seconds[second].Taken:F0}\n");
            }

            File.WriteAllText(Path.Join(directory, $"{name}.csv"), csv.ToString());
            File.WriteAllText(Path.Join(directory, $"{name}.svg"), Plot(title, result));
            Console.WriteLine($"{title}: {result}");
        }

        return 0;
    }

    private static IEnumerable<(string Name, string Title, QuotaScene Scene)> Scenes() =>
    [
        ("one-at-twice", "One shipper offered twice the quota", new QuotaScene { Offered = 2 * QuotaWorld.Quota, Seconds = 300 }),
        ("one-at-sixty-times", "One shipper with a backlog, 300 MB/s", new QuotaScene { Offered = 300e6, Calls = 64, Seconds = 300 }),
        ("fifty", "50 shippers with a backlog each", new QuotaScene { Agents = 50, Calls = 1, Seconds = 600 }),
        ("fifty-unequal", "50 shippers that remember shares of 10 to 1, judged after 10 minutes", new QuotaScene { Agents = 50, Calls = 1, Seconds = 1200, Warm = 600, Remembered = number => 20_000 * (1 + (number % 10)) }),
        ("fifty-arriving", "50 shippers that start within a minute, judged after 10 minutes", new QuotaScene { Agents = 50, Calls = 1, Seconds = 1200, Warm = 600, Arrival = 60 }),
    ];

    private static string Plot(string title, QuotaResult result)
    {
        var top = QuotaWorld.Quota * 2;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + (2 * Margin)}\" height=\"{Height + (2 * Margin)}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"20\" font-size=\"14\">{title}</text>\n");
        for (var share = 0; share <= 4; share++)
        {
            var y = Y(share * QuotaWorld.Quota / 2, top);
            text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Margin}\" y1=\"{y}\" x2=\"{Margin + Width}\" y2=\"{y}\" stroke=\"{(share == 2 ? "black" : "#ddd")}\"/><text x=\"{Margin - 4}\" y=\"{y + 4}\" text-anchor=\"end\">{share * 2.5:F1}</text>\n");
        }

        Line(text, result, second => second.Sent, top, "#c33");
        Line(text, result, second => second.Taken, top, "#36c");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Height + Margin + 16}\">0 s</text><text x=\"{Margin + Width}\" y=\"{Height + Margin + 16}\" text-anchor=\"end\">{result.Length:F0} s</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Height + Margin + 32}\">MiB/s sent (red) and taken (blue); the quota is the black line. {result}</text>\n</svg>\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, QuotaResult result, Func<QuotaSecond, double> figure, double top, string colour)
    {
        text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" points=\"");
        for (var second = 0; second < result.Seconds.Count; second++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Margin + (second * Width / result.Length):F1},{Y(figure(result.Seconds[second]), top):F1} ");
        }

        text.Append("\"/>\n");
    }

    private static double Y(double bytes, double top) => Margin + Height - (Math.Min(bytes, top) * Height / top);
}
