using System.Globalization;
using Shipper.Foundation.Logging;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Diagnostics.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>The service on one screen.</summary>
internal static class StatusScreen
{
    private const int ShownErrors = 5;
    private const string UsualLogLevel = "Information";

    // A batch that is being filled, or on its way, is no backlog.
    private const double UsualLag = 10;

    /// <summary>The whole picture: health and reasons first, then flows, errors, calls and files.</summary>
    /// <param name="status">What to show.</param>
    /// <param name="isLive">True for as much of it as fits into the window.</param>
    public static IRenderable Compose(StatusDocument status, bool isLive = false)
    {
        var screen = new FittedScreen(isLive);
        screen.Add(Configuration(status));
        screen.Add(Head(status));
        screen.Add(Reasons(status));
        screen.Add(status.Flows.Where(flow => flow.NextTrySeconds is not null).Select(flow => new Markup(
            $"  [grey]{Plain(flow.Flow)}: next try "
            + $"{(flow.NextTrySeconds is > 0 and var wait ? $"in {HumanNumbers.Time(wait)}" : "now")}[/]")));
        screen.Add(Checkpoints(status));
        screen.AddSpace();
        screen.Add(status.Flows.Count, (width, rows) => Flows(status, width, rows));
        screen.Add(status.Flows.Where(flow => flow.Figure("unfinished_bytes") > 0).Select(flow => new Markup(
            $"  [grey]{Plain(flow.Flow)}: {HumanNumbers.Bytes(flow.Figure("unfinished_bytes"))} at the ends of files wait for a "
            + "newline[/]")));
        if (status.LastErrors.Count > 0)
        {
            screen.AddSpace();
            screen.Add(status.LastErrors.Take(ShownErrors).Select(known => Error(known, status.At)));
        }

        if (status.Service is not null)
        {
            screen.AddSpace();
            screen.Add(status.Flows.Count, (width, rows) => Calls(status, width, rows));
        }

        if (status.Files.Count > 0)
        {
            screen.AddSpace();
            screen.Add(status.Files.Count, (width, rows) => Files(status, width, rows));
        }

        return screen;
    }

    /// <summary>Why the service is not what a user would call healthy, a line each.</summary>
    public static IEnumerable<IRenderable> Reasons(StatusDocument status) =>
        status.Reasons.Select(reason => new Markup($"  [yellow]{Plain(reason)}[/]"));

    /// <summary>The files that it is judged by, and whether the service has others.</summary>
    public static IEnumerable<IRenderable> Configuration(StatusDocument status)
    {
        if (status.Configuration is not { } configuration)
        {
            yield break;
        }

        yield return new Markup($"[grey]{Plain(Heading.Line(configuration))}[/]");
        if (Heading.Difference(configuration, status.Service) is { } difference)
        {
            yield return new Markup($"[yellow]{Plain("WARNING: " + difference)}[/]");
        }
    }

    /// <summary>Health, process, uptime.</summary>
    public static Markup Head(StatusDocument status)
    {
        var color = status.Health switch { "ok" => "green", "down" or "unknown" => "red", _ => "yellow" };
        var process = status.Service is { } service
            ? $"process {service.Pid}, up {HumanNumbers.Time((status.At - service.StartedAt).TotalSeconds)}, "
            + $"{HumanNumbers.Bytes(service.MemoryBytes)} resident"
                + (service.LogLevel == UsualLogLevel ? "" : $", log level {service.LogLevel}")
                + (service.LogLevelUntil is { } until ? $" until {Clock(until)}" : "")
            : "";
        return new Markup(
            $"[bold]tailshipper[/] {Plain(status.Service?.Version ?? "")} [{color} bold]{Plain(status.Health.ToUpperInvariant())}[/]  "
            + $"[grey]{Plain(process)}[/]");
    }

    /// <summary>Text from a status document, in which file names are, as it may stand on a terminal.</summary>
    public static Text Shown(string text) => new(VisibleText.Of(text));

    // The same within markup.
    private static string Plain(string text) => Markup.Escape(VisibleText.Of(text));

    private static Markup Checkpoints(StatusDocument status)
    {
        var checkpoints = status.Checkpoints;
        var age = checkpoints.AgeSeconds is { } seconds ? $"last written {HumanNumbers.Time(seconds)} ago" : "nothing written yet";
        var state = checkpoints.IsWritable == false ? "[red]cannot be written[/], " : "";
        var pending = checkpoints.PendingStreams > 0 ? $", {checkpoints.PendingStreams} pending" : "";
        return new Markup($"  [grey]checkpoints[/]  {state}{age}, {HumanNumbers.Of(checkpoints.Streams, "stream")}{pending}");
    }

    private static Table Flows(StatusDocument status, int width, int rows)
    {
        var isWide = width >= FittedScreen.WideEnough;
        var table = isWide
            ? ScreenTable.Of("FLOW", "HEALTH", "LAG", "BEHIND", "SHIPPED/S", "LINES/S", "CATCH UP")
            : ScreenTable.Of("FLOW", "HEALTH", "BEHIND", "SHIPPED/S", "CATCH UP");
        foreach (var flow in MostImportant(status, rows))
        {
            List<IRenderable> cells =
            [
                Shown(flow.Flow), new Markup(flow.Health == "ok" ? "[green]ok[/]" : $"[yellow]{Plain(flow.Health)}[/]"),
                new Text(HumanNumbers.Bytes(flow.LagBytes)),
                new Text(flow.LagSeconds is { } lag ? HumanNumbers.Time(lag) : "–"),
                new Text(flow.Rates is { } rates ? HumanNumbers.Bytes(rates.AcknowledgedBytes) : "–"),
                new Text(flow.Rates is { } lines ? HumanNumbers.Count(lines.AcknowledgedLines) : "–"),
                new Text(CatchUp(flow)),
            ];
            table.AddRow(isWide ? cells : [cells[0], cells[1], cells[3], cells[4], cells[6]]);
        }

        return table;
    }

    /// <summary>All flows in their order; of more than fit those that are not well, then those that lag most.</summary>
    private static IEnumerable<FlowStatus> MostImportant(StatusDocument status, int rows) => rows >= status.Flows.Count
        ? status.Flows
        : status.Flows.OrderBy(flow => flow.Health == "ok").ThenByDescending(flow => flow.LagBytes).Take(rows);

    private static Table Calls(StatusDocument status, int width, int rows)
    {
        var isWide = width >= FittedScreen.WideEnough;
        var table = isWide
            ? ScreenTable.Of("FLOW", "CALLS", "THROTTLED", "RETRIED", "REFUSED", "DEAD", "WAITING", "LOST", "BILLED/RAW")
            : ScreenTable.Of("FLOW", "CALLS", "THROTTLED", "DEAD", "WAITING", "LOST");
        foreach (var flow in MostImportant(status, rows))
        {
            List<string> cells =
            [
                Plain(flow.Flow), Count("calls"), Count("throttled_calls"), Count("retried_calls"), Count("failed_records"),
                Count("dead_lettered_records"), Count("waiting_dead_letters"), HumanNumbers.Bytes(flow.Figure("lost_bytes")),
                flow.BilledPerRaw is { } billed ? $"{billed:F2} ×" : "–",
            ];
            table.AddRow(isWide ? [.. cells] : [cells[0], cells[1], cells[2], cells[5], cells[6], cells[7]]);
            string Count(string figure) => HumanNumbers.Count(flow.Figure(figure));
        }

        return table;
    }

    private static string CatchUp(FlowStatus flow) => flow switch
    {
        _ when flow.Figure("unidentified_files") is > 0 and var files => $"{HumanNumbers.Of(files, "file")} to identify",
        { LagSeconds: < UsualLag, Rates.SettledBytes: > 0 } => "keeping pace",
        { CatchUpSeconds: { } seconds } => HumanNumbers.Time(seconds),
        { LagBytes: 0 } => "done",
        { Rates: null } => "–",
        { Rates.SettledBytes: 0 } => "stalled",
        { Rates: { } rates } => rates.WrittenBytes > rates.SettledBytes ? "falling behind" : "keeping pace",
    };

    private static Table Files(StatusDocument status, int width, int rows)
    {
        var isWide = width >= FittedScreen.WideEnough;
        var title = $"FILE, {Math.Min(rows, status.Files.Count)} of {status.FilesTotal}";
        var table = isWide ? ScreenTable.Of("FILE LAG", "DONE", "SIZE", "FLOW", title) : ScreenTable.Of("FILE LAG", "DONE", title);
        foreach (var file in status.Files.Take(rows))
        {
            var lag = new Text(HumanNumbers.Bytes(file.LagBytes));
            table.AddRow(isWide
                ?
                [
                    lag, new Text(HumanNumbers.Bar(file.Done())), new Text(HumanNumbers.Bytes(file.SizeBytes)), Shown(file.Flow),
                    new PathText(file.Path),
                ]
                : [lag, new Text(HumanNumbers.Share(file.Done())), new PathText(file.Path)]);
        }

        return table;
    }

    private static Markup Error(RecentEvent known, DateTimeOffset now)
    {
        var color = known.Level == "Warning" ? "yellow" : "red";
        var times = known.Times > 1 ? $", {known.Times} times" : "";
        return new Markup(
            $"  [{color}]{Plain(known.Level.ToUpperInvariant())} {known.EventId}[/] "
            + $"[grey]{HumanNumbers.Time((now - known.At).TotalSeconds)} ago{times}[/] {Plain(known.Text)}");
    }

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
