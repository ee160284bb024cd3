using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Diagnostics.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.TailShipper.Commands.Top;

/// <summary>The files, the first of some order.</summary>
internal static class TopScreen
{
    /// <summary>The picture.</summary>
    /// <param name="status">With all files.</param>
    /// <param name="rates">Bytes a second by stream.</param>
    /// <param name="byRate">True for the fastest first, false for the greatest lag.</param>
    /// <param name="files">How many to show.</param>
    /// <param name="isLive">True for as many as fit into the window.</param>
    public static IRenderable Compose(
        StatusDocument status, IReadOnlyDictionary<long, double> rates, bool byRate, int files, bool isLive = false)
    {
        var ordered = TopOrder.Of(status.Files, rates, byRate).ToList();
        var screen = new FittedScreen(isLive);
        screen.Add(StatusScreen.Head(status));
        screen.Add(StatusScreen.Reasons(status));
        var keys = isLive ? "; l: by lag, r: by rate, q: quit" : "";
        screen.Add(new Markup($"[grey]{HumanNumbers.Of(status.FilesTotal, "file")} by {(byRate ? "rate" : "lag")}{keys}[/]"));
        screen.Add(Math.Min(files, ordered.Count), (width, rows) => Files(ordered.Take(rows), rates, width));
        return screen;
    }

    private static Table Files(IEnumerable<FileStatus> files, IReadOnlyDictionary<long, double> rates, int width)
    {
        var isWide = width >= FittedScreen.WideEnough;
        var table = isWide
            ? ScreenTable.Of("LAG", "RATE/S", "SIZE", "DONE", "LEFT", "FLOW", "FILE")
            : ScreenTable.Of("LAG", "RATE/S", "LEFT", "FILE");
        foreach (var file in files)
        {
            var rate = rates.GetValueOrDefault(file.Stream);
            var (lag, speed) = (new Text(HumanNumbers.Bytes(file.LagBytes)), new Text(HumanNumbers.Bytes(rate)));
            var left = new Text(file.LagBytes == 0 ? "" : rate > 0 ? HumanNumbers.Time(file.LagBytes / rate) : "–");
            table.AddRow(isWide
                ?
                [
                    lag, speed, new Text(HumanNumbers.Bytes(file.SizeBytes)), new Text(HumanNumbers.Share(file.Done())), left,
                    StatusScreen.Shown(file.Flow), new PathText(file.Path),
                ]
                : [lag, speed, left, new PathText(file.Path)]);
        }

        return table;
    }
}
