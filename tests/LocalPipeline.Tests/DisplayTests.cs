using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Display;
using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Running;
using Shipper.LocalPipeline.Tests.Support;
using Shipper.LocalPipeline.Verification;
using Shipper.OrderLake.Hosting;
using Spectre.Console;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class DisplayTests
{
    private static readonly Snapshot Moment = new()
    {
        At = new DateTimeOffset(2026, 11, 21, 8, 0, 0, 123, TimeSpan.Zero),
        Elapsed = TimeSpan.FromSeconds(12.34),
        Phase = "writing",
        Written = new StageThroughput(12_000, 2_400_000, 1000, 200_000),
        Shipped = new StageThroughput(11_000, 2_200_000, 999.6, 199_900),
        Delivered = new StageThroughput(10_000, 2_000_000, 500, 100_000),
        BytesInFiles = 2_400_000,
        Files = 1,
        Objects = 3,
        Shipper = new ShipperMetrics
        {
            BytesAcknowledged = 2_200_000,
            LinesAcknowledged = 11_000,
            Lag = TimeSpan.FromSeconds(0.42),
            LagBytes = 200_000,
            BytesInFlight = 150_000,
            CallsInFlight = 1,
            Reason = "no [route]",
        },
        Firehose = new FirehoseCounters(2_200_000, 2_288_000, 3),
        Children = [new ProcessStatus("generator", new ProcessUsage(TimeSpan.FromSeconds(1.5), 64_000_000), true)],
    };

    [Fact]
    public void A_plain_line_names_the_unit_of_every_number() => Assert.Equal(
        "2026-11-21T08:00:00.123Z phase=writing elapsed_s=12.3"
        + " written_lines=12000 written_lines_per_s=1000 written_mb=2.40 written_mb_per_s=0.20"
        + " shipped_lines=11000 shipped_lines_per_s=1000 shipped_mb=2.20 shipped_mb_per_s=0.20"
        + " delivered_lines=10000 delivered_lines_per_s=500 delivered_mb=2.00 delivered_mb_per_s=0.10"
        + " lag_s=0.4 lag_mb=0.20 in_flight_mb=0.15 in_flight_calls=1 billed_bytes_per_raw_byte=1.04 objects=3 reason=\"no [route]\"",
        PlainLine.Compose(Moment));

    [Fact]
    public void With_a_lake_there_is_one_stage_more()
    {
        var moment = Moment with { Transformed = new StageThroughput(9000, 0, 450, 0) };
        Assert.Contains(" transformed_lines=9000 transformed_lines_per_s=450 lag_s=", PlainLine.Compose(moment), StringComparison.Ordinal);
        Assert.DoesNotContain("transformed", PlainLine.Compose(Moment), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_lines_come_every_two_seconds_and_with_every_phase()
    {
        using var output = new StringWriter();
        var screen = new PlainScreen(output);
        (double Seconds, string Phase)[] moments =
        [
            (0.0, "writing"), (0.5, "writing"), (1.9, "writing"), (2.0, "writing"),
            (2.1, "draining"), (2.2, "draining"), (4.1, "draining"),
        ];
        foreach (var (seconds, phase) in moments)
        {
            screen.Show(Moment with { Elapsed = TimeSpan.FromSeconds(seconds), Phase = phase });
        }

        Assert.Equal(4, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_address_of_the_page_is_told_once()
    {
        using var output = new StringWriter();
        var screen = new PlainScreen(output);
        screen.Show(Moment);
        screen.Show(Moment with { Page = "http://127.0.0.1:1234/" });
        screen.Show(Moment with { Page = "http://127.0.0.1:1234/", Phase = "draining" });
        Assert.Single(output.ToString().Split('\n'), line => line == "The page is at http://127.0.0.1:1234/");
    }

    [Fact]
    public void The_page_gets_the_state_once_a_second_and_at_each_change_of_phase()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.At("run/status.json");
        var shown = new List<Snapshot>();
        var screen = new StatusScreen(new ListScreen(shown), path);
        screen.Show(Moment);
        var status = PipelineStatus.Read(path)!;
        Assert.Equal((Moment.At, "writing", 12_000, 2_400_000, 1000), (
            status.At, status.Phase, status.Written.Lines, status.Written.Bytes, status.Written.LinesPerSecond));
        Assert.Equal((11_000, 10_000, 3, 200_000, "no [route]"), (
            status.Shipped.Lines, status.Delivered.Lines, status.Objects, status.LagBytes, status.Reason));
        Assert.Equal(Moment.BilledPerRaw, status.BilledPerRaw);
        Assert.Equal(0.42, status.LagSeconds, 6);

        screen.Show(Moment with { Files = 2, Objects = 4, Elapsed = Moment.Elapsed + TimeSpan.FromSeconds(0.9) });
        Assert.Equal(3, PipelineStatus.Read(path)!.Objects);
        screen.Show(Moment with { Objects = 5, Elapsed = Moment.Elapsed + TimeSpan.FromSeconds(1) });
        Assert.Equal(5, PipelineStatus.Read(path)!.Objects);
        screen.Show(Moment with { Objects = 6, Elapsed = Moment.Elapsed + TimeSpan.FromSeconds(1), Phase = "done" });
        Assert.Equal(6, PipelineStatus.Read(path)!.Objects);
        Assert.Equal(4, shown.Count);
    }

    [Fact]
    public void The_table_fits_80_columns()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        console.Write(TableScreen.Compose(
            Moment with
            {
                Written = new StageThroughput(1_999_999_999, 399_999_999_999, 1_999_999, 399_999_999),
                Page = "http://127.0.0.1:65535/",
                Transformed = new StageThroughput(1_999_999_999, 0, 1_999_999, 0),
                Verified = new ComparisonProgress(false, 0.5, 1_999_999_999, 1, 1, 2, null),
                Phase = "verifying",
            },
            "./local-pipeline-data"));
        var lines = output.ToString().Split('\n');
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains(lines, line => line.Contains("1,999,999,999 │     1,999,999 │    400,000.00 │", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("no [route]", StringComparison.Ordinal));
    }

    [Fact]
    public void The_report_begins_with_the_verdict()
    {
        var lines = RunReport.Lines(RunOutcome(Verdict(12_000, 12_000, 0, 0, 0))).ToList();
        Assert.Equal("input 12000, unique 12000, duplicate 0, loss 0 (0.00 %)", lines[0]);
        Assert.Contains("generator  1.50 s CPU, 64.0 MB peak memory", lines);
    }

    [Fact]
    public void Duplicates_are_a_warning_and_only_lost_or_unexpected_lines_a_failure()
    {
        var duplicates = RunOutcome(Verdict(10, 12, 2, 0, 0));
        Assert.Equal(0, duplicates.ExitCode);
        Assert.Contains(
            "2 lines delivered more often than written",
            Assert.Single(RunReport.Warnings(duplicates, faults: false)),
            StringComparison.Ordinal);
        Assert.Equal(1, RunOutcome(Verdict(10, 9, 0, 1, 0)).ExitCode);
        Assert.Equal(1, RunOutcome(Verdict(10, 11, 0, 0, 1)).ExitCode);
    }

    [Fact]
    public void The_line_of_the_lake_follows_the_verdict_and_a_difference_is_a_failure()
    {
        var lines = Verdict(10, 12, 2, 0, 0);
        var reasons = new Dictionary<string, long> { ["no_customerid"] = 1, ["quantity_not_positive"] = 2 };
        var whole = RunOutcome(lines) with { Lake = new LakeVerdict(new LakeCounts(9, 12, reasons, 4), lines, []) };
        Assert.Equal(
            "lake: 9 rows from 12 lines, 3 rejected (quantity_not_positive 2, no_customerid 1), 4 partitions",
            RunReport.Lines(whole).ElementAt(1));
        Assert.Equal(0, whole.ExitCode);

        // Ten lines, as they were written, are too few: twelve were delivered.
        var fewer = whole with { Lake = new LakeVerdict(new LakeCounts(7, 10, reasons, 4), lines, []) };
        Assert.Equal(1, fewer.ExitCode);
        Assert.Contains(RunReport.Warnings(fewer, faults: true), warning => warning.StartsWith(
            "the lake has 10 lines, and 12 of the 10 lines written were delivered", StringComparison.Ordinal));

        // Twelve were counted, but one became neither a row nor a reject.
        var dropped = whole with { Lake = new LakeVerdict(new LakeCounts(8, 12, reasons, 4), lines, []) };
        Assert.Equal(1, dropped.ExitCode);
        Assert.Contains(RunReport.Warnings(dropped, faults: true), warning => warning.StartsWith(
            "the lake counts 12 lines, and has 8 rows and 3 rejects", StringComparison.Ordinal));

        var failed = whole with { Lake = new LakeVerdict(new LakeCounts(0, 0, reasons, 0), lines, ["the disk is full"]) };
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("the lake: the disk is full", RunReport.Warnings(failed, faults: true));
    }

    private sealed class ListScreen(List<Snapshot> shown) : IScreen
    {
        public void Show(Snapshot snapshot) => shown.Add(snapshot);
    }

    private static ComparisonResult Verdict(long input, long delivered, long duplicate, long loss, long unexpected) => new()
    {
        Input = input,
        Delivered = delivered,
        Duplicate = duplicate,
        Loss = loss,
        Unexpected = unexpected,
    };

    private static RunOutcome RunOutcome(ComparisonResult verdict) =>
        new(
            verdict,
            Moment,
            new StageTimes(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(1)),
            Drained: true);
}
