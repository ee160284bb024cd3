using Shipper.LocalPipeline.Monitoring;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.LocalPipeline.Display;

/// <summary>For terminals: a table that is redrawn in place and fits 80 columns.</summary>
internal sealed class TableScreen(LiveDisplayContext display, string directory) : IScreen
{
    private const int Width = 78;
    private const int FirstColumn = 11;

    /// <inheritdoc/>
    public void Show(Snapshot snapshot) => display.UpdateTarget(Compose(snapshot, directory));

    /// <summary>Composes the screen.</summary>
    /// <param name="snapshot">The state to show.</param>
    /// <param name="directory">Directory of all files.</param>
    public static IRenderable Compose(Snapshot snapshot, string directory) => new Rows(
        Title(snapshot),
        Stages(snapshot),
        Details(snapshot),
        Processes(snapshot),
        new Markup(snapshot.Page is { } page ? $" [grey]the page is at[/] {Markup.Escape(page)}" : ""),
        new Markup($" [grey]all files are in[/] {Markup.Escape(directory)}[grey], the objects below its s3/[/]"));

    private static Markup Title(Snapshot snapshot)
    {
        var hint = snapshot.Phase switch
        {
            "starting" or "writing" => "Ctrl-C drains and verifies",
            "done" => "",
            _ => "Ctrl-C again aborts",
        };
        var phase = snapshot is { Verified: { } verified, Phase: "verifying" }
            ? $"verifying {Quantity.Count(verified.Lines)} lines, pass {(verified.IsCounting ? 2 : 1)}"
            : snapshot.Phase;
        return new Markup($" [bold]local pipeline[/]  {snapshot.Elapsed:hh\\:mm\\:ss}  [aqua]{phase}[/]  [grey]{hint}[/]");
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
        if (snapshot.Transformed is { } transformed)
        {
            // Rows of tables have no bytes that could be compared with those of lines.
            table.AddRow(
                "[fuchsia]transformed[/]", Quantity.Count(transformed.Lines), Quantity.Count((long)Math.Round(transformed.LinesPerSecond)));
        }

        return table;

        void Add(string name, string color, StageThroughput stage) => table.AddRow(
            $"[{color}]{name}[/]",
            Quantity.Count(stage.Lines),
            Quantity.Count((long)Math.Round(stage.LinesPerSecond)),
            Quantity.Megabytes(stage.Bytes),
            Quantity.Megabytes(stage.BytesPerSecond));
    }

    private static Grid Details(Snapshot snapshot)
    {
        var shipper = snapshot.Shipper;
        var grid = new Grid().Width(Width);
        foreach (var width in (int[])[10, 29, 10, 24])
        {
            grid.AddColumn(new GridColumn().Width(width).NoWrap().PadLeft(1).PadRight(0));
        }

        var billed = snapshot.BilledPerRaw is { } ratio ? $"{Quantity.Decimal(ratio, 2)} ×" : "–";
        var lag = $"{Quantity.Decimal(snapshot.Lag.TotalSeconds, 1)} s, {Quantity.Megabytes(snapshot.LagBytes)} MB";
        var inFlight = $"{Quantity.Megabytes(shipper.BytesInFlight)} MB, {Quantity.Of(shipper.CallsInFlight, "call")}";
        var retried = $"{Quantity.Of(shipper.CallsRetried, "call")}, {Quantity.Count(shipper.CallsThrottled)} throttled";
        Add("lag", lag, "billed/raw", billed);
        Add("in flight", inFlight, "objects", Quantity.Of(snapshot.Objects, "object"));
        Add("retried", retried, "refused", Quantity.Of(shipper.RecordsRefused, "record"));
        if (shipper.RecordsDeadLettered > 0)
        {
            Add("rejected", $"[red]{Quantity.Of(shipper.RecordsDeadLettered, "dead letter")}[/]", "", "");
        }

        if (shipper.Reason is not { } reason)
        {
            return grid;
        }

        return new Grid().AddColumn(new GridColumn().PadLeft(0).PadRight(0))
            .AddRow(grid)
            .AddRow(new Padder(new Markup($"[red]{Markup.Escape(reason)}[/]"), new Padding(1, 0, 1, 0)));

        void Add(string left, string leftValue, string right, string rightValue) =>
            grid.AddRow($"[grey]{left}[/]", leftValue, $"[grey]{right}[/]", rightValue);
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
            table.AddRow(
                child.Name,
                Quantity.Decimal(child.Usage.Cpu.TotalSeconds, 1),
                Quantity.Decimal(child.Usage.PeakBytes / 1e6, 0),
                child.Running ? "[green]running[/]" : "[grey]ended[/]");
        }

        return table;
    }
}
