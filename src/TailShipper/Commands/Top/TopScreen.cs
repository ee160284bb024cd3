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
    public static IRenderable Compose(StatusDocument status, IReadOnlyDictionary<long, double> rates, bool byRate, int files)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var title in (string[])["LAG", "RATE/S", "SIZE", "DONE", "LEFT"])
        {
            table.AddColumn(new TableColumn($"[grey]{title}[/]").RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("[grey]FLOW[/]").NoWrap()).AddColumn(new TableColumn("[grey]FILE[/]"));
        var ordered = byRate
            ? status.Files.OrderByDescending(file => rates.GetValueOrDefault(file.Stream)).ThenByDescending(file => file.LagBytes)
            : status.Files.OrderByDescending(file => file.LagBytes).ThenByDescending(file => rates.GetValueOrDefault(file.Stream));
        foreach (var file in ordered.Take(files))
        {
            var rate = rates.GetValueOrDefault(file.Stream);
            table.AddRow(
                new Text(HumanNumbers.Bytes(file.LagBytes)), new Text(HumanNumbers.Bytes(rate)),
                new Text(HumanNumbers.Bytes(file.SizeBytes)),
                new Text(HumanNumbers.Bar(file.SizeBytes == 0 ? 1 : (double)file.CommittedBytes / file.SizeBytes)),
                new Text(file.LagBytes == 0 ? "" : rate > 0 ? HumanNumbers.Time(file.LagBytes / rate) : "–"), StatusScreen.Shown(file.Flow),
                StatusScreen.Shown(file.Path));
        }

        return new Rows(
            StatusScreen.Head(status), table,
            new Text($"{Math.Min(files, status.FilesTotal)} of {status.FilesTotal} files, by {(byRate ? "rate" : "lag")}"));
    }
}
