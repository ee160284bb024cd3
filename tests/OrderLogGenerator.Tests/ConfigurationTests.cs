using Shipper.Foundation.Configuration;
using Shipper.OrderLogGenerator.Hosting;
using Shipper.OrderLogGenerator.Replay;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_tables_have_every_setting() => Assert.InRange(OptionTables.Check(typeof(GeneratorOptions).Assembly), 20, int.MaxValue);

    [Theory]
    [InlineData("LinesPerSecnd=5", "Generator:LinesPerSecnd = \"5\": is not a known key. Did you mean LinesPerSecond?")]
    [InlineData("Rotation:MaxByte=5", "Generator:Rotation:MaxByte = \"5\": is not a known key. Did you mean MaxBytes?")]
    [InlineData("MaxLines=many", "Generator:MaxLines = \"many\": is not a whole number. Write a whole number.")]
    [InlineData("Format=Xml", "is not one of RetailJson, RetailCsv, OrderChange, SalesChange, UserEvent, DynamoDbChange")]
    [InlineData("Sequence=yes", "Generator:Sequence = \"yes\": is not true or false")]
    [InlineData("Rotation:Interval=60", "Generator:Rotation:Interval = \"60\": is not a duration. Write a number with its unit")]
    [InlineData("LinesPerSecond=-1", "Generator:LinesPerSecond = \"-1\": is negative. Write lines a second")]
    [InlineData("MaxLines=-1", "Generator:MaxLines = \"-1\": is negative")]
    [InlineData("Files=0", "Generator:Files = \"0\": is out of range. Write a number from 1 to 1024.")]
    [InlineData("Rotation:Keep=-2", "Generator:Rotation:Keep = \"-2\": is negative")]
    [InlineData("Burst:Lines=10", "Generator:Burst:Every: is needed for bursts. Set both")]
    [InlineData("Burst:Every=10s", "Generator:Burst:Lines: is needed for bursts. Set both")]
    [InlineData("FileNamePattern=a/b.log", "Generator:FileNamePattern = \"a/b.log\": has a directory in it")]
    [InlineData("FileNamePattern={date}.log", "has an unknown word in braces. Write a file name with {time} and {file}")]
    [InlineData("Directory=", "Generator:Directory = \"\": is empty")]
    [InlineData("StartTime=yesterday", "Generator:StartTime = \"yesterday\": is not a time. Write ISO 8601")]
    [InlineData("Replay:Path=/no/such.csv", "Generator:Replay:Path = \"/no/such.csv\": does not exist. Name a CSV file, plain or gzip.")]
    [InlineData("Replay:Loop=true", "Generator:Replay:Path: is needed for Replay:Loop and Replay:SpeedUp")]
    public void A_wrong_setting_is_one_clear_problem(string setting, string message)
    {
        var problem = Assert.Single(Problems(setting));
        Assert.Contains(message, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_at_once() =>
        Assert.Equal(4, Problems("LinesPerSecond=-1", "Files=0", "Format=Xml", "Nonsense=1").Count);

    [Fact]
    public void A_directory_below_a_file_is_refused()
    {
        _directory.Write("taken", "");
        Assert.Contains(
            "taken is a file", Assert.Single(Problems($"Directory={_directory["taken/logs"]}")).ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "is a file, not a directory", Assert.Single(Problems($"Directory={_directory["taken"]}")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_which_no_file_can_be_created_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, where not even root can create files");
        Assert.Contains("is not writable", Assert.Single(Problems("Directory=/proc/orders")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory_is_refused_when_it_may_not_be_created()
    {
        var problem = Assert.Single(Problems($"Directory={_directory["missing"]}", "CreateDirectory=false"));
        Assert.Contains("does not exist, and CreateDirectory is false", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not a CSV file of retail lines")]
    [InlineData("%PDF-1.7\n\u0001\u0002\n", "is not a CSV file of retail lines")]
    [InlineData(
        "InvoiceNo,StockCode,Description,Quantity,UnitPrice,CustomerID\n",
        "lacks the columns InvoiceDate, Country. Its first line must name InvoiceNo,")]
    public void A_replay_file_of_another_kind_is_refused(string content, string message)
    {
        var path = _directory.Write("in.csv", content);
        Assert.Contains(message, Assert.Single(Problems($"Replay:Path={path}")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_in_another_format_than_retail_is_refused()
    {
        var path = _directory.Write("in.csv", string.Join(',', Replay.RetailColumns.Names) + "\n");
        Assert.Contains(
            "cannot be made of replayed retail rows",
            Assert.Single(Problems($"Replay:Path={path}", "Format=UserEvent")).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_leaves_nothing_behind()
    {
        Assert.Empty(Problems($"Directory={_directory["a/b"]}"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void The_description_says_what_a_run_would_do()
    {
        var options = new GeneratorOptions { MaxLines = 5000, Files = 4 };
        Assert.Equal(
            "writes RetailJson lines (seed 1, Wall clock) at 100 lines/s, 5000 lines in all, to 4 files at a time in /var/log/orders "
            + "named {time}.log; rotation (NewFile) at 104857600 bytes, all rotated files kept",
            RunDescription.Describe(options));
    }

    private IReadOnlyList<ConfigurationProblem> Problems(params string[] settings)
    {
        var problems = new ConfigurationProblems();
        string[] all = [$"Generator:Directory={_directory.Path}", .. settings.Select(setting => "Generator:" + setting)];
        GeneratorConfiguration.Read(ServiceConfiguration.Build([], all, problems), problems);
        return problems.All;
    }
}
