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

    // A batch that is being filled, or on its way, is no backlog.
    private const double UsualLag = 10;

    /// <summary>The whole picture.</summary>
    public static IRenderable Compose(StatusDocument status)
    {
        List<IRenderable> parts = [.. Configuration(status), Head(status)];
        parts.AddRange(status.Reasons.Select(reason => new Markup($"  [yellow]{Plain(reason)}[/]")));
        parts.AddRange(status.Flows.Where(flow => flow.NextTrySeconds is not null).Select(flow => new Markup(
            $"  [grey]{Plain(flow.Flow)}: next try "
            + $"{(flow.NextTrySeconds is > 0 and var wait ? $"in {HumanNumbers.Time(wait)}" : "now")}[/]")));
        parts.Add(Checkpoints(status));
        parts.Add(new Text(""));
        parts.Add(Flows(status));
        parts.AddRange(status.Flows.Where(flow => flow.Figure("unfinished_bytes") > 0).Select(flow => new Markup(
            $"  [grey]{Plain(flow.Flow)}: {HumanNumbers.Bytes(flow.Figure("unfinished_bytes"))} at the ends of files wait for a "
            + "newline[/]")));
        if (status.Service is not null)
        {
            parts.Add(new Text(""));
            parts.Add(Calls(status));
        }

        if (status.Files.Count > 0)
        {
            parts.Add(new Text(""));
            parts.Add(Files(status));
        }

        if (status.LastErrors.Count > 0)
        {
            parts.Add(new Text(""));
            parts.AddRange(status.LastErrors.Take(ShownErrors).Select(known => Error(known, status.At)));
        }

        return new Rows(parts);
    }

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
            + $"{HumanNumbers.Bytes(service.MemoryBytes)} resident, log level {service.LogLevel}"
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
        return new Markup($"  [grey]checkpoints[/]  {state}{age}, {checkpoints.Streams} streams{pending}");
    }

    private static Table Flows(StatusDocument status)
    {
        var table = TableOf("FLOW", "HEALTH", "LAG", "BEHIND", "SHIPPED/S", "LINES/S", "CATCH UP");
        foreach (var flow in status.Flows)
        {
            table.AddRow(
                Shown(flow.Flow), new Markup(flow.Health == "ok" ? "[green]ok[/]" : $"[yellow]{Plain(flow.Health)}[/]"),
                new Text(HumanNumbers.Bytes(flow.LagBytes)),
                new Text(flow.LagSeconds is { } lag ? HumanNumbers.Time(lag) : "–"),
                new Text(flow.Rates is { } rates ? HumanNumbers.Bytes(rates.AcknowledgedBytes) : "–"),
                new Text(flow.Rates is { } lines ? HumanNumbers.Count(lines.AcknowledgedLines) : "–"),
                new Text(CatchUp(flow)));
        }

        return table;
    }

    private static Table Calls(StatusDocument status)
    {
        var table = TableOf("FLOW", "CALLS", "THROTTLED", "RETRIED", "REFUSED", "DEAD", "LOST", "BILLED/RAW");
        foreach (var flow in status.Flows)
        {
            table.AddRow(
                Plain(flow.Flow), Count("calls"), Count("throttled_calls"), Count("retried_calls"), Count("failed_records"),
                Letters(),
                HumanNumbers.Bytes(flow.Figure("lost_bytes")),
                flow.BilledPerRaw is { } billed ? $"{billed:F2} ×" : "–");
            string Letters() => flow.Figure("dead_lettered_records") == 0 && flow.Figure("waiting_dead_letters") == 0 ? "0"
                : $"{Count("waiting_dead_letters")} wait, {Count("dead_lettered_records")} new";
            string Count(string figure) => HumanNumbers.Count(flow.Figure(figure));
        }

        return table;
    }

    private static Table TableOf(string name, params ReadOnlySpan<string> figures)
    {
        var table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn($"[grey]{name}[/]").NoWrap());
        foreach (var title in figures)
        {
            table.AddColumn(new TableColumn($"[grey]{title}[/]").RightAligned().NoWrap());
        }

        return table;
    }

    private static string CatchUp(FlowStatus flow) => flow switch
    {
        _ when flow.Figure("unidentified_files") is > 0 and var files => $"{HumanNumbers.Count(files)} files to identify",
        { LagSeconds: < UsualLag, Rates.SettledBytes: > 0 } => "keeping pace",
        { CatchUpSeconds: { } seconds } => HumanNumbers.Time(seconds),
        { LagBytes: 0 } => "done",
        { Rates: null } => "–",
        { Rates.SettledBytes: 0 } => "stalled",
        { Rates: { } rates } => rates.WrittenBytes > rates.SettledBytes ? "falling behind" : "keeping pace",
    };

    private static Table Files(StatusDocument status)
    {
        var table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("[grey]FILE LAG[/]").RightAligned().NoWrap()).AddColumn(new TableColumn("[grey]DONE[/]").NoWrap());
        table.AddColumn(new TableColumn("[grey]SIZE[/]").RightAligned().NoWrap()).AddColumn(new TableColumn("[grey]FLOW[/]").NoWrap());
        table.AddColumn(new TableColumn($"[grey]FILE, {status.Files.Count} of {status.FilesTotal}[/]"));
        foreach (var file in status.Files)
        {
            table.AddRow(
                new Text(HumanNumbers.Bytes(file.LagBytes)),
                new Text(HumanNumbers.Bar(file.SizeBytes == 0 ? 1 : (double)file.CommittedBytes / file.SizeBytes)),
                new Text(HumanNumbers.Bytes(file.SizeBytes)), Shown(file.Flow), Shown(file.Path));
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
