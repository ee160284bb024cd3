using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Tests.Support;
using Shipper.LocalPipeline.Verification;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

/// <summary>The lake at the end of a run, from real objects.</summary>
public sealed class LakeCheckTests : IDisposable
{
    private const string Order =
        "{\"InvoiceNo\":\"1\",\"StockCode\":\"A\",\"Description\":\"CUP\",\"Quantity\":2,\"InvoiceDate\":\"2010-12-01 08:26:00\","
        + "\"UnitPrice\":2.5,\"CustomerID\":\"17850\",\"Country\":\"France\"}\n";

    private const string Event =
        "{\"order_id\":7,\"user_id\":1,\"product_id\":2,\"database_operation\":\"i\",\"amount\":12.50,\"payment_method\":\"pix\","
        + "\"event_timestamp\":\"2026-11-29T08:00:00\"}\n";

    private readonly TemporaryDirectory _root = new();
    private readonly RunDirectory _directory;

    public LakeCheckTests() => _directory = RunDirectory.Open(_root.At("data"), default);

    public void Dispose()
    {
        _directory.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task What_came_after_the_last_run_is_taken_and_every_line_is_a_row_or_a_reject()
    {
        Put("a", Order + Order);
        await CheckAsync(LakeTable.Orders, 2);
        Put("b", Order + Order.Replace("\"17850\"", "null", StringComparison.Ordinal));
        var verdict = await CheckAsync(LakeTable.Orders, 4);
        Assert.Equal("lake: 3 rows from 4 lines, 1 rejected (no_customerid 1), 1 partitions", verdict.Line);
        Assert.True(verdict.Passed);
    }

    [Fact]
    public async Task A_line_that_the_lake_lacks_or_has_too_often_is_a_difference()
    {
        Put("a", Order + Order);
        Assert.False((await CheckAsync(LakeTable.Orders, 3)).Passed);
        Assert.False((await CheckAsync(LakeTable.Orders, 1)).Passed);
        Assert.True((await CheckAsync(LakeTable.Orders, 2)).Passed);
    }

    [Fact]
    public async Task Events_have_orders_instead_of_partitions()
    {
        Put("a", Event + Event.Replace("\"i\"", "\"u\"", StringComparison.Ordinal));
        var verdict = await CheckAsync(LakeTable.Events, 2);
        Assert.Equal("lake: 2 rows from 2 lines, 0 rejected, 1 orders", verdict.Line);
        Assert.True(verdict.Passed);
    }

    [Fact]
    public async Task Changes_in_their_envelope_and_flat_have_orders_too()
    {
        Put("a", """
            {"eventName":"REMOVE","dynamodb":{"ApproximateCreationDateTime":1769846400123,"Keys":{"orderid":{"S":"7"}}}}
            {"orderid":"7","quantity":1,"price":2.5,"cdc_event_type":"INSERT","creation_datetime":"2026-01-31T08:00:00.000Z"}
            {"orderid":"8","quantity":1,"price":2.5,"cdc_event_type":"UPSERT","creation_datetime":"2026-01-31T08:00:00.000Z"}

            """);
        var verdict = await CheckAsync(LakeTable.Changes, 3);
        Assert.Equal("lake: 2 rows from 3 lines, 1 rejected (event_type_unknown 1), 1 orders", verdict.Line);
        Assert.True(verdict.Passed);
    }

    [Fact]
    public async Task Without_an_object_there_is_nothing_to_compare()
    {
        var verdict = await CheckAsync(LakeTable.Orders, 0);
        Assert.Equal("lake: 0 rows from 0 lines, 0 rejected, 0 partitions", verdict.Line);
        Assert.True(verdict.Passed);
    }

    [Fact]
    public async Task A_lake_that_cannot_be_written_is_named_and_does_not_hide_the_verdict()
    {
        Put("a", Order);
        File.WriteAllText(_directory.Lake, "");
        var verdict = await CheckAsync(LakeTable.Orders, 1);
        Assert.Contains("is a file; name a directory", Assert.Single(verdict.Problems), StringComparison.Ordinal);
        Assert.False(verdict.Passed);
    }

    private void Put(string name, string content)
    {
        Directory.CreateDirectory(_directory.S3);
        File.WriteAllText(Path.Combine(_directory.S3, name), content);
    }

    private Task<LakeVerdict> CheckAsync(LakeTable table, long written) => new LakeCheck(_directory, table, TimeProvider.System)
        .RunAsync(new ComparisonResult { Input = written, Delivered = written }, default);
}
