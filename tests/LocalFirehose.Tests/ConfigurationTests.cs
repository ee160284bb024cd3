using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.LocalFirehose.Hosting;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void The_tables_have_every_setting() =>
        Assert.InRange(OptionTables.Check(typeof(LocalFirehoseOptions).Assembly), 30, int.MaxValue);

    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(Problems([]));

    [Fact]
    public async Task A_setting_of_the_log_that_is_none_is_a_problem()
    {
        var check = CommandLine.Build().Parse(["check", "--set", "Serilog:WriteTo:0:Name=File"]);
        var thrown = await Assert.ThrowsAsync<ConfigurationException>(
            () => check.InvokeAsync(new() { EnableDefaultExceptionHandler = false }));
        Assert.Equal("Serilog:WriteTo", Assert.Single(thrown.Problems).Key);
    }

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        var keys = Problems(new()
        {
            ["Port"] = "70000",
            ["AccessKeyId"] = "",
            ["DataDirectry"] = "x",
            ["Streams:0:Name"] = "a b",
            ["Streams:0:Bucket"] = "arn:aws:s3:::b",
            ["Streams:1:Name"] = "ok",
            ["Streams:1:Bucket"] = "b",
            ["Streams:1:Prefix"] = "!{timestamp:yyyy}/",
            ["Streams:1:BufferSizeMiB"] = "0",
            ["Streams:1:BufferSeconds"] = "901",
            ["Streams:1:Compression"] = "Zip",
            ["Faults:DropAfterShare"] = "1.5",
            ["Faults:ErrorStatus"] = "200",
            ["Certificate:Path"] = "/does/not/exist.pfx",
        }).Select(problem => problem.Key["LocalFirehose:".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "AccessKeyId", "Certificate:Path", "DataDirectry", "Faults:DropAfterShare", "Faults:ErrorStatus", "Port",
                "Streams:0:Bucket", "Streams:0:Name", "Streams:1:BufferSeconds", "Streams:1:BufferSizeMiB", "Streams:1:Compression",
                "Streams:1:Prefix",
            ],
            keys);
    }

    [Fact]
    public void Every_problem_of_processing_is_reported_at_once()
    {
        const string arn = "arn:aws:lambda:eu-west-1:000000000000:function:";
        var keys = Problems(new()
        {
            ["KinesisEndpoint"] = "127.0.0.1:4567",
            ["Functions:0:Arn"] = "changes",
            ["Functions:0:Url"] = "ftp://127.0.0.1/",
            ["Functions:1:Arn"] = arn + "a",
            ["Functions:1:Url"] = "http://127.0.0.1:9001/",
            ["Functions:2:Arn"] = arn + "a:live",
            ["Functions:2:Url"] = "http://127.0.0.1:9002/",
            ["Streams:0:Name"] = "unknown-function",
            ["Streams:0:Bucket"] = "b",
            ["Streams:0:Function"] = arn + "b",
            ["Streams:0:FunctionBufferSizeMiB"] = "1e30",
            ["Streams:0:FunctionBufferSeconds"] = "901",
            ["Streams:0:FunctionRetries"] = "-1",
            ["Streams:1:Name"] = "query-alone",
            ["Streams:1:Bucket"] = "b",
            ["Streams:1:PartitionQuery"] = "{a: .a}",
            ["Streams:2:Name"] = "source",
            ["Streams:2:Bucket"] = "b",
            ["Streams:2:KinesisStream"] = "a b",
            ["Streams:3:Name"] = "small-buffer",
            ["Streams:3:Bucket"] = "b",
            ["Streams:3:DynamicPartitioning"] = "true",
            ["Streams:3:PartitionQuery"] = "{a: .a}",
            ["Streams:3:Prefix"] = "!{partitionKeyFromQuery:a}/",
            ["Streams:3:ErrorOutputPrefix"] = "!{firehose:error-output-type}/",
        }).Select(problem => problem.Key["LocalFirehose:".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Functions:0:Arn", "Functions:0:Url", "Functions:2:Arn", "KinesisEndpoint", "Streams:0:Function",
                "Streams:0:FunctionBufferSeconds", "Streams:0:FunctionBufferSizeMiB", "Streams:0:FunctionRetries", "Streams:1",
                "Streams:2:KinesisStream", "Streams:3",
            ],
            keys);
    }

    [Fact]
    public void A_Kinesis_stream_without_an_endpoint_is_a_problem()
    {
        var problem = Assert.Single(Problems(new()
        {
            ["Streams:0:Name"] = "a",
            ["Streams:0:Bucket"] = "b",
            ["Streams:0:KinesisStream"] = "changes",
        }));
        Assert.Equal("LocalFirehose:Streams:0:KinesisStream", problem.Key);
    }

    [Fact]
    public void A_stream_listed_twice_is_a_problem()
    {
        var problem = Assert.Single(Problems(new()
        {
            ["Streams:0:Name"] = "a",
            ["Streams:0:Bucket"] = "b",
            ["Streams:1:Name"] = "a",
            ["Streams:1:Bucket"] = "b",
        }));
        Assert.Equal("LocalFirehose:Streams:1:Name", problem.Key);
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("LocalFirehose:" + setting.Key, setting.Value))).Build();
        var problems = new ConfigurationProblems();
        var options = StrictBinder.Bind<LocalFirehoseOptions>(configuration.GetSection("LocalFirehose"), problems);
        OptionsValidation.Validate(options, DateTimeOffset.UnixEpoch, problems);
        return problems.All;
    }
}
