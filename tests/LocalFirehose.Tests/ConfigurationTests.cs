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
