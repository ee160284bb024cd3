using System.Globalization;
using Shipper.LocalPipeline.Monitoring;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.LocalPipeline.Display;

/// <summary>For terminals: a table that is drawn over itself, readable at 80 columns.</summary>
internal sealed class TableScreen(LiveDisplayContext display, string directory) : IScreen
{
    private const int Width = 78;
    private const int FirstColumn = 10;

    /// <inheritdoc/>
    public void Show(Snapshot snapshot) => display.UpdateTarget(Compose(snapshot, directory));

    /// <summary>The whole picture.</summary>
    /// <param name="snapshot">What to show.</param>
    /// <param name="directory">Where everything is written.</param>
    public static IRenderable Compose(Snapshot snapshot, string directory) => new Rows(
        Head(snapshot),
        Stages(snapshot),
        Figures(snapshot),
        Processes(snapshot),
        new Markup($" [grey]everything is in[/] {Markup.Escape(directory)}[grey], the objects below s3/[/]"));

    private static Markup Head(Snapshot snapshot)
    {
        var hint = snapshot.Phase switch
        {
            "starting" or "writing" => "Ctrl-C drains and verifies",
            "done" => "",
            _ => "Ctrl-C again gives up",
        };
        var doing = snapshot is { Verified: { } verified, Phase: "verifying" } ? $"verifying {Count(verified.Lines)} lines, pass {verified.Pass}" : snapshot.Phase;
        return new Markup($" [bold]local pipeline[/]  {snapshot.Elapsed:hh\\:mm\\:ss}  [aqua]{doing}[/]  [grey]{hint}[/]");
    }

    private static Table Stages(Snapshot snapshot)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("").Width(FirstColumn));
        foreach (var unit in (string[])["lines", "lines/s", "MB", "MB/s"])
        {
            table.AddColumn(new TableColumn($"[grey]{unit}[/]").Width(13).RightAligned());
        }

        Add("written", "yellow", snapshot.Written);
        Add("shipped", "aqua", snapshot.Shipped);
        Add("delivered", "green", snapshot.Delivered);
        return table;

        void Add(string name, string colour, StageFigures stage) => table.AddRow(
            $"[{colour}]{name}[/]", Count(stage.Lines), Count((long)Math.Round(stage.LinesPerSecond)), Megabytes(stage.Bytes), Megabytes(stage.BytesPerSecond));
    }

    private static Grid Figures(Snapshot snapshot)
    {
        var shipper = snapshot.Shipper;
        var grid = new Grid().Width(Width);
        foreach (var width in (int[])[10, 29, 10, 24])
        {
            grid.AddColumn(new GridColumn().Width(width).NoWrap().PadLeft(1).PadRight(0));
        }

        Add("lag", $"{Number(snapshot.Lag.TotalSeconds, 1)} s, {Megabytes(snapshot.LagBytes)} MB", "billed/raw", snapshot.BilledPerRaw is { } billed ? $"{Number(billed, 2)} ×" : "–");
        Add("in flight", $"{Megabytes(shipper.BytesInFlight)} MB, {Units(shipper.CallsInFlight, "call")}", "objects", Units(snapshot.Objects, "object"));
        Add("retried", $"{Units(shipper.CallsRetried, "call")}, {Count(shipper.CallsThrottled)} throttled", "refused", Units(shipper.RecordsRefused, "record"));
        if (shipper.RecordsDeadLettered > 0)
        {
            grid.AddRow(new Markup("[grey]set aside[/]"), new Markup($"[red]{Units(shipper.RecordsDeadLettered, "record")}[/]"), new Markup(""), new Markup(""));
        }

        if (shipper.Reason is { } reason)
        {
            return new Grid().AddColumn(new GridColumn().PadLeft(0).PadRight(0)).AddRow(grid).AddRow(new Padder(new Markup($"[red]{Markup.Escape(reason)}[/]"), new Padding(1, 0, 1, 0)));
        }

        return grid;

        void Add(string left, string leftFigure, string right, string rightFigure) =>
            grid.AddRow($"[grey]{left}[/]", leftFigure, $"[grey]{right}[/]", rightFigure);
    }

    private static Table Processes(Snapshot snapshot)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("").Width(FirstColumn));
        foreach (var title in (string[])["CPU, s", "peak memory, MB", "state"])
        {
            table.AddColumn(new TableColumn($"[grey]{title}[/]").Width(title.Length > 10 ? 29 : 13).RightAligned());
        }

        foreach (var child in snapshot.Children)
        {
            table.AddRow(child.Name, Number(child.Usage.Cpu.TotalSeconds, 1), Number(child.Usage.PeakBytes / 1e6, 0), child.Running ? "[green]running[/]" : "[grey]ended[/]");
        }

        return table;
    }

    private static string Units(long number, string unit) => $"{Count(number)} {unit}{(number == 1 ? "" : "s")}";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Megabytes(double bytes) => Number(bytes / 1e6, 2);

    private static string Number(double number, int decimals) => number.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
