using System.Text;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Shipper.RecordProcessing;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>Records with provenance: repeats, conflicts, and which bytes arrived.</summary>
public sealed class RepeatTests : IDisposable
{
    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_record_is_a_repeat_only_when_provenance_and_content_are_equal()
    {
        _lake.Put("1", Line(0) + Line(100) + Line(0));
        var first = await _lake.TransformAsync();
        Assert.Equal((2, 1, 1), (first.Kept, first.Rejected, first.Reasons["repeat"]));

        _lake.Put("2", TemporaryLake.Gzip(Line(100) + Line(200) + Line(200, "u:2")));
        var second = await _lake.TransformAsync();
        Assert.Equal((2, 1), (second.Kept, second.Reasons["repeat"]));
        Assert.Equal(["1|3", "2|1"], _lake.Ask("select object, line from {rejects} where reason = 'repeat' order by object, line"));
        Assert.Equal(["4"], _lake.Ask("select count(*) from {orders}"));
        Assert.Empty(first.Problems.Concat(second.Problems));
    }

    [Fact]
    public async Task Equal_provenance_with_other_content_is_a_conflict_that_is_kept_and_reported()
    {
        _lake.Put("1", Line(0));
        await _lake.TransformAsync();
        _lake.Put("2", Line(0, customer: "other"));
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 0), (report.Kept, report.Rejected));
        Assert.Equal(["2 1 provenance_conflict"], report.Problems.Select(problem => $"{problem.Object} {problem.Line} {problem.Reason}"));
        Assert.Equal(["17850", "other"], _lake.Ask("select customerid from {orders} order by 1"));
    }

    [Fact]
    public async Task Without_provenance_equal_records_stay()
    {
        _lake.Put("1", OrderLine.Valid + "\n" + OrderLine.Valid + "\n");
        Assert.Equal(2, (await _lake.TransformAsync()).Kept);
    }

    [Fact]
    public async Task A_rejected_record_that_comes_again_is_a_repeat_too()
    {
        _lake.Put("1", Line(0, customer: ""));
        _lake.Put("2", Line(0, customer: ""));
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 1), (report.Reasons["no_customerid"], report.Reasons["repeat"]));
    }

    [Fact]
    public async Task An_audit_shows_what_arrived_what_is_missing_and_what_came_twice()
    {
        _lake.Put("1", Line(50) + Line(150) + Line(250));
        _lake.Put("2", TemporaryLake.Gzip(Line(150) + Line(500)));
        _lake.Put("3", OrderLine.Valid + "\n" + Line(0, "other"));
        var audit = await new SourceAudit(new DirectoryStore(_lake.Raw), new TransformOptions()).RunAsync(_lake.Root, default);

        Assert.Equal(
            ["other|arrived|0|100", "u:1|missing|0|50", "u:1|arrived|50|350", "u:1|twice|150|250", "u:1|missing|350|500",
                "u:1|arrived|500|600"],
            audit.Ranges.Rows.Select(row => string.Join('|', row[2], row[4], row[5], row[6])));
        Assert.Equal((1, false), (audit.Without, audit.IsComplete));
    }

    [Fact]
    public async Task What_the_shipper_says_of_its_lines_is_what_the_audit_and_the_table_read()
    {
        var chain = RecordChain.Create(
            [new ProcessingOptions { Type = ProcessingType.Provenance }],
            new ChainSurroundings("web-1", "6f0c2d41a7b8e953", TimeProvider.System, () => null));
        var line = OrderLine.Valid + "\n";
        string At(long offset) => Encoding.UTF8.GetString(
            chain.Process(Encoding.UTF8.GetBytes(line), new RecordOrigin("/var/log/orders/a.log", 12, 0, offset, line.Length)).Bytes);
        _lake.Put("1", At(0) + At(line.Length));
        _lake.Put("2", At(line.Length) + At(3 * line.Length));
        var audit = await new SourceAudit(new DirectoryStore(_lake.Raw), new TransformOptions()).RunAsync(_lake.Root, default);

        Assert.Equal(
            [$"12|arrived|0|{2 * line.Length}", $"12|twice|{line.Length}|{2 * line.Length}",
                $"12|missing|{2 * line.Length}|{3 * line.Length}", $"12|arrived|{3 * line.Length}|{4 * line.Length}"],
            audit.Ranges.Rows.Select(row => string.Join('|', row[2], row[4], row[5], row[6])));
        Assert.Equal(0, audit.Without);
    }

    private static string Line(long offset, string stream = "u:1", string customer = "17850") =>
        OrderLine.With(("CustomerID", $"\"{customer}\""))[..^1]
        + $",\"$src\":{{\"h\":\"h\",\"s\":\"s\",\"f\":\"{stream}\",\"e\":0,\"o\":{offset},\"l\":100}}}}\n";
}
