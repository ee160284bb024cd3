using Shipper.Foundation.Configuration;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_options_it_writes_to_the_default_directory_until_stopped() =>
        Assert.Equal(
            new RunRequest { ConfigFiles = [], Settings = [] }, Parse() with { ConfigFiles = [], Settings = [] }, new SameRequest());

    [Fact]
    public void Every_option_arrives()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("rows.csv", "");
        var request = Parse(
            "--replay", file, "--duration", "2.5", "--rate", "0", "--files", "8", "--faults", "--no-lake", "--data",
            "somewhere",
            "--config", "/a.json", "--set", "Shipper:ScanInterval=1s", "--set", "Generator:Seed=2");
        Assert.Equal(file, request.Replay);
        Assert.Equal(TimeSpan.FromSeconds(2.5), request.Duration);
        Assert.Equal(0, request.LinesPerSecond);
        Assert.Equal(8, request.Files);
        Assert.True(request.Faults);
        Assert.True(request.NoLake);
        Assert.Equal("somewhere", request.Directory);
        Assert.Equal(["/a.json"], request.ConfigFiles);
        Assert.Equal(["Shipper:ScanInterval=1s", "Generator:Seed=2"], request.Settings);
    }

    [Theory]
    [InlineData("--rate abc is not a number of lines a second", "--rate", "abc")]
    [InlineData("--rate -1 is not", "--rate", "-1")]
    [InlineData("--rate NaN is not", "--rate", "NaN")]
    [InlineData("--duration 0 is not a number of seconds above 0", "--duration", "0")]
    [InlineData("--files 2.5 is not a whole number from 1 to 1024", "--files", "2.5")]
    [InlineData("--files 1025 is not", "--files", "1025")]
    [InlineData("--replay /no/such.csv: the file does not exist", "--replay", "/no/such.csv")]
    [InlineData("--data \"\" is not a directory", "--data", "")]
    [InlineData("'--bogus'", "--bogus")]
    public void An_invalid_option_is_one_clear_error(string expected, params string[] arguments)
    {
        var error = Assert.Single(new CommandLine().Root(_ => Task.FromResult(0)).Parse(arguments).Errors);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_connect_the_services_are_refused()
    {
        var problems = new ConfigurationProblems();
        ServiceSettings.CheckReserved(
            ["Generator:Directory=/x", "shipper:flows:0:paths:0=/x", "Generator:Rotation:MaxBytes=1000", "Shipper:Flows:0:Name=x"],
            problems);
        Assert.Equal(["Generator:Directory=/x", "shipper:flows:0:paths:0=/x"], problems.All.Select(problem => problem.Value));
    }

    [Fact]
    public void Settings_of_the_user_follow_the_options_and_precede_the_reserved_ones()
    {
        using var root = new TemporaryDirectory();
        using var directory = RunDirectory.Open(root.At("data"), default);
        var request = new RunRequest
        {
            LinesPerSecond = 5,
            ConfigFiles = ["/my.json"],
            Settings = ["Generator:LinesPerSecond=7"],
            Replay = "/rows.csv",
        };
        var arguments = new ServiceSettings(request, directory, "orders").Generator();
        string[] expected =
        [
            "--config", directory.Defaults, "--config", "/my.json",
            "--set", "Generator:LinesPerSecond=5", "--set", "Generator:LinesPerSecond=7",
        ];
        Assert.Equal(expected, arguments.Take(8));
        Assert.Contains($"Generator:Directory={directory.Orders}", arguments.Skip(8));
        Assert.Contains("Generator:Replay:Path=/rows.csv", arguments.Skip(8));
    }

    [Fact]
    public void The_defaults_are_a_file_that_the_services_accept()
    {
        using var root = new TemporaryDirectory();
        using var directory = RunDirectory.Open(root.At("data"), default);
        File.WriteAllText(directory.Defaults, new ServiceSettings(new RunRequest { Faults = true }, directory, "orders").Defaults());
        var problems = new ConfigurationProblems();
        var configuration = ServiceConfiguration.Build([directory.Defaults], [], problems);
        Assert.False(problems.Any);
        Assert.Equal("1000", configuration["Generator:LinesPerSecond"]);
        Assert.Equal("0.05", configuration["LocalFirehose:Faults:FailedRecordShare"]);
        Assert.Equal("0.02", configuration["LocalFirehose:Faults:ThrottledCallShare"]);
        Assert.Equal("orders", configuration["LocalFirehose:Streams:0:Name"]);
    }

    [Theory]
    [InlineData(false, "500", null)]
    [InlineData(true, "20", "200ms")]
    public void With_faults_there_are_records_and_calls_enough_to_refuse_some(bool faults, string lines, string? age)
    {
        using var root = new TemporaryDirectory();
        using var directory = RunDirectory.Open(root.At("data"), default);
        File.WriteAllText(directory.Defaults, new ServiceSettings(new RunRequest { Faults = faults }, directory, "orders").Defaults());
        var configuration = ServiceConfiguration.Build([directory.Defaults], [], new ConfigurationProblems());
        Assert.Equal(lines, configuration["Shipper:Flows:0:Aggregation:MaxLines"]);
        Assert.Equal(age, configuration["Shipper:Flows:0:MaxBatchAge"]);
    }

    [Theory]
    [InlineData(null, "Orders")]
    [InlineData("RetailJson", "Orders")]
    [InlineData("retailcsv", "Orders")]
    [InlineData("OrderChange", "Events")]
    [InlineData("SalesChange", "Changes")]
    [InlineData("DynamoDbChange", "Changes")]
    [InlineData("UserEvent", "None")]
    public void The_format_of_the_lines_chooses_the_table(string? format, string table)
    {
        string[] settings = format is null ? [] : [$"Generator:Format={format}"];
        var configuration = ServiceConfiguration.Build([], settings, new ConfigurationProblems());
        Assert.Equal(table, LakeTables.For(configuration).ToString());
    }

    private static RunRequest Parse(params string[] arguments)
    {
        var commandLine = new CommandLine();
        var result = commandLine.Root(_ => Task.FromResult(0)).Parse(arguments);
        Assert.Empty(result.Errors);
        return commandLine.Read(result);
    }

    private sealed class SameRequest : IEqualityComparer<RunRequest>
    {
        public bool Equals(RunRequest? x, RunRequest? y) => x?.ToString() == y?.ToString();

        public int GetHashCode(RunRequest request) => 0;
    }
}
