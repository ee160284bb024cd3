using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ShipperOptionsTests
{
    private static readonly (string, string?)[] Valid =
    [
        ("Flows:0:Name", "orders"), ("Flows:0:Paths:0", "/var/log/orders/*.log"), ("Flows:0:DeliveryStream", "red-fire"),
    ];

    [Fact]
    public void The_tables_have_every_setting() => Assert.InRange(OptionTables.Check(typeof(ShipperOptions).Assembly), 60, int.MaxValue);

    [Fact]
    public void The_least_that_is_needed_is_valid() => Assert.Empty(Problems());

    [Fact]
    public void Everything_wrong_is_reported_at_once()
    {
        var problems = Problems(
            ("Aws:Regoin", "eu-west-1"), ("MaxCallsInFlight", "many"), ("ScanInterval", "5"), ("Flows:0:InitialPosition", "Middle"),
            ("Flows:0:MaxBatchRecords", "501"), ("Flows:0:Paths:1", "relative/*.log"), ("Flows:0:Paths:2", "/var/log/[ab"));
        Assert.Equal(7, problems.Count);
        Assert.Contains(
            "Did you mean Region", problems.Single(problem => problem.Key == "Shipper:Aws:Regoin").Fix, StringComparison.Ordinal);
        Assert.Contains("250ms", problems.Single(problem => problem.Key == "Shipper:ScanInterval").Fix, StringComparison.Ordinal);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Fix));
    }

    [Theory]
    [InlineData("Flows:0:Paths:0", "")]
    [InlineData("Flows:0:Paths:0", "/var/log/orders/")]
    [InlineData("Flows:0:Paths:0", "/var/log/orders/*.log.gz")]
    [InlineData("Flows:0:Paths:0", "/var/log/{a,b.log")]
    [InlineData("Flows:0:Name", "")]
    [InlineData("Flows:0:Name", "has blank")]
    [InlineData("Flows:0:DeliveryStream", "")]
    [InlineData("Flows:0:KinesisStream", "beside-the-other")]
    [InlineData("Flows:0:PartitionKey:Source", "Path")]
    [InlineData("Flows:0:PartitionKey:Source", "Sometimes")]
    [InlineData("Flows:0:PartitionKey:Field", "id")]
    [InlineData("Flows:0:MaxBatchAge", "0s")]
    [InlineData("Flows:0:MaxBatchAge", "16m")]
    [InlineData("Flows:0:MaxBatchBytes", "1023999")]
    [InlineData("Flows:0:MaxBatchBytes", "4194305")]
    [InlineData("Flows:0:Aggregation:TargetBytes", "1024001")]
    [InlineData("Flows:0:Aggregation:Mode", "1")]
    [InlineData("Flows:0:Encoding", "Utf32")]
    [InlineData("Flows:0:SkipHeaderLines", "-1")]
    [InlineData("Flows:0:SkipHeaderLines", "1001")]
    [InlineData("Flows:0:MultiLine:StartPattern", "^(")]
    [InlineData("Flows:0:MultiLine:StartPattern", "^(?!at )")]
    [InlineData("Flows:0:MultiLine:MaxLines", "0")]
    [InlineData("Flows:0:MultiLine:MaxBytes", "1024001")]
    [InlineData("Flows:0:MultiLine:MaxAge", "99ms")]
    [InlineData("Flows:0:Oversize", "Drop")]
    [InlineData("DeadLetters:MaxFileBytes", "65535")]
    [InlineData("DeadLetters:MaxBytes", "67108863")]
    [InlineData("DeadLetters:MaxBytes", "-1")]
    [InlineData("DeadLetters:WhenFull", "Drop")]
    [InlineData("MaxBufferBytes", "1000")]
    [InlineData("PollInterval", "2s")]
    [InlineData("CallTimeout", "3m")]
    [InlineData("Aws:ServiceUrl", "firehose.example")]
    [InlineData("Aws:KinesisServiceUrl", "ftp://kinesis.example")]
    [InlineData("Aws:UseFips", "perhaps")]
    [InlineData("Aws:RoleArn", "role/x")]
    [InlineData("Aws:ExternalId", "x")]
    [InlineData("Aws:Region", "Frankfurt")]
    [InlineData("Flows", "one")]
    [InlineData("Metrics", "off")]
    [InlineData("Metrics:Interval", "2h")]
    [InlineData("Metrics:Otlp:Interval", "0s")]
    [InlineData("ScanInterval", "2h")]
    [InlineData("RotateWait", "61m")]
    [InlineData("ShutdownTimeout", "500ms")]
    [InlineData("MaxCallsInFlight", "65")]
    [InlineData("MaxOpenFiles", "7")]
    [InlineData("Flows:0:MaxDeletedBytes", "-1")]
    [InlineData("Flows:0:Aggregation:MaxLines", "-1")]
    public void A_value_that_cannot_be_used_names_its_key(string key, string value)
    {
        var problem = Assert.Single(Problems((key, value)));
        Assert.Equal("Shipper:" + key, problem.Key);
    }

    [Theory]
    [InlineData("Flows:0:Processing:0:Delimiter", "::")]
    [InlineData("Flows:0:Processing:0:Pattern", "x")]
    [InlineData("Flows:0:Processing:0:NamesFromHeader", "true")]
    [InlineData("Flows:0:Processing:0:Type", "Sometimes")]
    public void What_cannot_be_used_with_processing_names_its_key(string key, string value) => Assert.Contains(
        Problems(("Flows:0:Processing:0:Type", "CsvToJson"), ("Flows:0:Processing:0:Names:0", "id"), (key, value)),
        problem => problem.Key == "Shipper:" + key);

    [Theory]
    [InlineData("Flows:0:KinesisAgent:MultiLineStartPattern", "^(")]
    [InlineData("Flows:0:KinesisAgent:FileFooterPattern", "a{2,1}")]
    [InlineData("Flows:0:KinesisAgent:AggregatedRecordSizeBytes", "1024001")]
    public void A_setting_of_the_agents_framing_that_cannot_be_used_names_its_key(string key, string value)
    {
        var problem = Assert.Single(Problems(("Flows:0:KinesisAgent:Framing", "true"), (key, value)));
        Assert.Equal("Shipper:" + key, problem.Key);
    }

    [Theory]
    [InlineData("Encoding", "Utf16LE")]
    [InlineData("LineEnd", "Nul")]
    [InlineData("MultiLine:StartPattern", "^x")]
    [InlineData("Oversize", "Split")]
    [InlineData("Aggregation:Mode", "Lines")]
    public void The_agents_framing_goes_with_no_other(string key, string value)
    {
        var problem = Assert.Single(Problems(("Flows:0:KinesisAgent:Framing", "true"), ($"Flows:0:{key}", value)));
        Assert.Equal("Shipper:Flows:0:KinesisAgent:Framing", problem.Key);
    }

    [Fact]
    public void Settings_of_the_agents_framing_without_it_are_an_error()
    {
        var problem = Assert.Single(Problems(("Flows:0:KinesisAgent:FileFooterPattern", "END")));
        Assert.Equal("Shipper:Flows:0:KinesisAgent", problem.Key);
    }

    [Theory]
    [InlineData("Flows:0:Paths:0", "/var/log/**.log", "Write /var/log/**/*.log.")]
    [InlineData("Flows:0:Exclude:0", "/var/log/**tmp", "Write /var/log/**/*tmp.")]
    public void A_misspelt_pattern_is_told_the_right_spelling(string key, string value, string fix) =>
        Assert.EndsWith(fix, Assert.Single(Problems((key, value))).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Encoding", "Utf16LE")]
    [InlineData("MultiLine:StartPattern", "^x")]
    public void Another_end_of_lines_goes_neither_with_UTF_16_nor_with_records_of_several_lines(string key, string value)
    {
        var problem = Assert.Single(Problems(("Flows:0:LineEnd", "Nul"), ($"Flows:0:{key}", value)));
        Assert.Equal("Shipper:Flows:0:LineEnd", problem.Key);
    }

    [Fact]
    public void A_share_of_the_dead_letters_must_leave_every_flow_its_own()
    {
        var problem = Assert.Single(Problems(
            ("DeadLetters:MaxFileBytes", "1048576"), ("DeadLetters:MaxBytes", "10485760"), ("DeadLetters:MaxBytesPerFlow", "10485761")));
        Assert.Equal("Shipper:DeadLetters:MaxBytesPerFlow", problem.Key);
    }

    [Theory]
    [InlineData("Regoin", "eu-west-1", "Did you mean Shipper:Aws:Region?")]
    [InlineData("Region", "eu-west-1", "Did you mean Shipper:Aws:Region?")]
    [InlineData("Flows:0:StartPattern", "^x", "Did you mean Shipper:Flows:0:MultiLine:StartPattern?")]
    [InlineData("Flows:0:RoleArn", "x", "Did you mean Shipper:Aws:RoleArn?")]
    [InlineData("DeliveryStream", "x", "Did you mean Shipper:Flows:0:DeliveryStream?")]
    public void A_key_in_another_place_is_told_where_it_belongs(string key, string value, string fix) =>
        Assert.EndsWith(fix, Assert.Single(Problems((key, value))).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_short_word_is_not_taken_for_one_of_another_place() => Assert.Contains(
        "Remove it; known here", Assert.Single(Problems(("Flows:0:File", "x"))).ToString(), StringComparison.Ordinal);

    [Fact]
    public void What_only_follows_from_a_key_that_was_misread_is_not_said()
    {
        (string, string?)[] second = [("Flows:1:Name", "second"), ("Flows:1:Paths:0", "/srv/*.log")];
        Assert.Equal("Shipper:Flows:1:DelveryStream", Assert.Single(Problems([.. second, ("Flows:1:DelveryStream", "a")])).Key);
        Assert.Equal("Shipper:Flows:0:Paths", Assert.Single(Problems(("Flows:0:Paths", "/a"))).Key);
        Assert.Equal("Shipper:Flows:1:PartitionKey:Source", Assert.Single(Problems(
        [
            .. second, ("Flows:1:KinesisStream", "a"), ("Flows:1:PartitionKey:Source", "Field"), ("Flows:1:PartitionKey:Field", "x"),
        ])).Key);

        // The right key is there too, and wrong for itself.
        Assert.Equal(2, Problems(("Flows:0:DeliveryStream", "a b"), ("Flows:0:DelveryStream", "a")).Count);
    }

    [Theory]
    [InlineData("Flows:0:MaxBatchRecords", "many", "is not a whole number. Write a whole number from 1 to 500.")]
    [InlineData("MaxOpenFiles", "many", "is not a whole number. Write a whole number of at least 8, or 0.")]
    [InlineData("MaxCallsInFlight", "99999999999999999999", "has too many digits. Write a number from 1 to 64.")]
    [InlineData("PollInterval", "5", "Write a number with its unit: 250ms, 1s, 5m, 2h, 1d, or hh:mm:ss, from 1ms to 1s.")]
    public void What_is_no_number_is_told_which_numbers_are_valid(string key, string value, string fix) =>
        Assert.EndsWith(fix, Assert.Single(Problems((key, value))).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("/var/log/[ab", "has a [ without its ], in \"[ab\". Add the ], or write [[] for the character itself.")]
    [InlineData("/var/log/a[z-a]", "has the range z-a backwards, in \"a[z-a]\". Write a-z.")]
    [InlineData("/var/log/", "names a directory, not files. Write for example /var/log/*.log.")]
    [InlineData("/var/log/**", "names a directory, not files. Write for example /var/log/**/*.log.")]
    [InlineData("/", "names a directory, not files. Write for example /*.log.")]
    [InlineData("/var/{a,b", "has a { without its }. Add the }, or write [{] for the character itself.")]
    public void A_pattern_that_cannot_be_read_is_told_what_to_write_for_its_own_fault(string pattern, string message) =>
        Assert.EndsWith(message, Assert.Single(Problems(("Flows:0:Paths:0", pattern))).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("ScanInterval", "90m", "Shipper:ScanInterval = \"90m\": is out of range. Write a duration from 100ms to 1h.")]
    [InlineData("PollInterval", "90s", "Shipper:PollInterval = \"90s\": is out of range. Write a duration from 1ms to 1s.")]
    [InlineData("MaxOpenFiles", "7", "Shipper:MaxOpenFiles = \"7\": is out of range. Write a number of at least 8, or 0.")]
    [InlineData("MaxCallsInFlight", "65", "Shipper:MaxCallsInFlight = \"65\": is out of range. Write a number from 1 to 64.")]
    public void A_value_out_of_bounds_is_told_what_would_be_valid(string key, string value, string message) =>
        Assert.Equal(message, Assert.Single(Problems((key, value))).ToString());

    [Fact]
    public void The_bounds_of_a_batch_are_the_limits_of_the_services()
    {
        (string?, ServiceLimits)[] services = [(null, ServiceLimits.Firehose), (nameof(FlowOptions.KinesisStream), ServiceLimits.Kinesis)];
        foreach (var (when, limits) in services)
        {
            Assert.Equal((limits.MaxRecordBytes, limits.MaxBytes), Bounds(typeof(FlowOptions), nameof(FlowOptions.MaxBatchBytes), when));
            Assert.Equal((1, limits.MaxRecordBytes), Bounds(typeof(MultiLineOptions), nameof(MultiLineOptions.MaxBytes), when));
            Assert.Equal((1, limits.MaxRecordBytes), Bounds(typeof(AggregationOptions), nameof(AggregationOptions.TargetBytes), when));
            Assert.Equal((1, limits.MaxRecords), Bounds(typeof(FlowOptions), nameof(FlowOptions.MaxBatchRecords), null));
        }

        Assert.Equal(FirehoseClient.Ceiling.Ticks, Bounds(typeof(ShipperOptions), nameof(ShipperOptions.CallTimeout), null).Max);
    }

    [Fact]
    public void A_flow_may_ship_to_a_Kinesis_stream_within_its_limits()
    {
        (string, string?)[] kinesis =
            [("Flows:0:DeliveryStream", ""), ("Flows:0:KinesisStream", new string('k', 128)), ("Flows:0:MaxBatchBytes", "10357760")];
        Assert.Empty(Problems(kinesis));
        Assert.Empty(Problems([.. kinesis, ("Flows:0:PartitionKey:Source", "JsonField"), ("Flows:0:PartitionKey:Field", "id")]));
        Assert.Equal("Shipper:Flows:0:MaxBatchBytes", Assert.Single(Problems([.. kinesis, ("Flows:0:MaxBatchBytes", "10357761")])).Key);
        Assert.Empty(Problems([.. kinesis, ("Flows:0:MaxRecordKiB", "10240")]));
        Assert.Equal("Shipper:Flows:0:MaxRecordKiB", Assert.Single(Problems([.. kinesis, ("Flows:0:MaxRecordKiB", "1023")])).Key);
        Assert.Equal("Shipper:Flows:0:MaxRecordKiB", Assert.Single(Problems([.. kinesis, ("Flows:0:MaxRecordKiB", "10241")])).Key);
        Assert.Equal("Shipper:Flows:0:MaxRecordKiB", Assert.Single(Problems(("Flows:0:MaxRecordKiB", "2048"))).Key);
        Assert.Equal(
            "Shipper:MaxBufferBytes",
            Assert.Single(Problems([.. kinesis, ("Flows:0:MaxRecordKiB", "10240"), ("MaxBufferBytes", "9000000")])).Key);
        var arn = Assert.Single(Problems([.. kinesis, ("Flows:0:KinesisStream", "arn:aws:kinesis:eu-west-1:1:stream/x")]));
        Assert.Equal("Shipper:Flows:0:KinesisStream", arn.Key);
        Assert.Equal("Shipper:Flows:0:KeepOrder", Assert.Single(Problems([.. kinesis, ("Flows:0:KeepOrder", "true")])).Key);
        Assert.Empty(Problems([.. kinesis, ("Flows:0:KeepOrder", "true"), ("Flows:0:PartitionKey:Source", "Path")]));
        Assert.Empty(Problems(("Flows:0:KeepOrder", "true")));
        Assert.Equal(
            "Shipper:Flows:0:PartitionKey:Field", Assert.Single(Problems([.. kinesis, ("Flows:0:PartitionKey:Source", "JsonField")])).Key);
    }

    [Fact]
    public void A_delivery_stream_and_a_Kinesis_stream_of_one_name_are_two_places()
    {
        (string, string?)[] second =
            [("Flows:1:Name", "second"), ("Flows:1:Paths:0", "/var/log/orders/*.log"), ("Flows:1:KinesisStream", "red-fire")];
        Assert.Empty(Problems(second));
        Assert.NotEmpty(Problems([.. second, ("Flows:1:KinesisStream", ""), ("Flows:1:DeliveryStream", "red-fire")]));
    }

    [Fact]
    public void A_thousand_flows_need_no_more_memory_than_the_default()
    {
        var flows = Enumerable.Range(1, 1000).SelectMany(flow => new (string, string?)[]
        {
            ($"Flows:{flow}:Name", $"flow{flow}"), ($"Flows:{flow}:Paths:0", $"/srv/{flow}/*.log"), ($"Flows:{flow}:DeliveryStream", "s"),
        }).ToArray();
        Assert.Empty(Problems(flows));
    }

    [Fact]
    public void Large_records_need_memory_for_one_of_each_flow()
    {
        var flows = Enumerable.Range(1, 3).SelectMany(flow => new (string, string?)[]
        {
            ($"Flows:{flow}:Name", $"flow{flow}"), ($"Flows:{flow}:Paths:0", $"/srv/{flow}/*.log"), ($"Flows:{flow}:KinesisStream", "s"),
            ($"Flows:{flow}:MaxRecordKiB", "10240"),
        }).ToArray();
        Assert.Equal("Shipper:MaxBufferBytes", Assert.Single(Problems(flows)).Key);
        Assert.Empty(Problems([.. flows, ("MaxBufferBytes", "67108864")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(@"^\d{4}-\d{2}-\d{2}[ T]")]
    [InlineData(@"(?i)^\[(error|warn|info)\]")]
    public void A_start_pattern_that_needs_no_backtracking_is_valid(string pattern) =>
        Assert.Empty(Problems(
            ("Flows:0:MultiLine:StartPattern", pattern), ("Flows:0:MultiLine:MaxAge", "1h"), ("Flows:0:Encoding", "latin1"),
            ("Flows:0:SkipHeaderLines", "1000")));

    [Fact]
    public void No_flow_at_all_is_an_error()
    {
        var problems = new ConfigurationProblems();
        ShipperOptionsValidator.Validate(new ShipperOptions(), problems);
        Assert.Equal("Shipper:Flows", Assert.Single(problems.All).Key);
    }

    [Fact]
    public void A_flow_without_the_brackets_of_a_list_is_one_problem()
    {
        var problems = new ConfigurationProblems();
        var settings = new Dictionary<string, string?> { ["Shipper:Flows:Name"] = "a", ["Shipper:Flows:DeliveryStream"] = "b" };
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Shipper");
        ShipperOptionsValidator.Validate(StrictBinder.Bind<ShipperOptions>(section, problems), problems);
        var problem = Assert.Single(problems.All);
        Assert.Equal(("Shipper:Flows", "is a list, not one object"), (problem.Key, problem.Reason));
        Assert.Contains("[ … ] around it in JSON", problem.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/log/orders/*.log", true)]
    [InlineData("/var/log/orders/a*.log", true)]
    [InlineData("/var/log/{orders,other}/x.log", true)]
    [InlineData("/var/log/**/*.log", true)]
    [InlineData("/var/log/payments/*.log", false)]
    [InlineData("/var/log/orders/*.txt", false)]
    public void Two_flows_may_not_claim_one_file_for_one_stream(string path, bool clash)
    {
        (string, string?)[] second = [("Flows:1:Name", "second"), ("Flows:1:Paths:0", path), ("Flows:1:DeliveryStream", "red-fire")];
        var problems = Problems(second);
        Assert.Equal(clash ? 1 : 0, problems.Count);
        second[2] = ("Flows:1:DeliveryStream", "another");
        Assert.Empty(Problems(second));
    }

    [Fact]
    public void Two_flows_may_not_share_a_name()
    {
        var problems = Problems(("Flows:1:Name", "orders"), ("Flows:1:Paths:0", "/srv/*.log"), ("Flows:1:DeliveryStream", "red-fire"));
        Assert.Equal("Shipper:Flows:1:Name", Assert.Single(problems).Key);
    }

    private static (long Min, long Max) Bounds(Type type, string property, string? when)
    {
        var options = (IOptionSection)Activator.CreateInstance(type)!;
        var bounds = options.Settings.Rows.Single(row => row.Name == property).Bounds.Single(bounds => bounds.When == when);
        return (OptionBounds.Resolve(bounds.Min, options), OptionBounds.Resolve(bounds.Max!, options));
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(params (string Key, string? Value)[] changes)
    {
        var settings = Valid.ToDictionary(pair => "Shipper:" + pair.Item1, pair => pair.Item2);
        foreach (var (key, value) in changes)
        {
            foreach (var below in settings.Keys.Where(known => known.StartsWith($"Shipper:{key}:", StringComparison.Ordinal)).ToList())
            {
                settings.Remove(below);
            }

            settings["Shipper:" + key] = value;
        }

        var problems = new ConfigurationProblems();
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Shipper");
        var options = StrictBinder.Bind<ShipperOptions>(section, problems);
        if (!problems.All.Any(problem => problem.Key == "Shipper:Flows"))
        {
            ShipperOptionsValidator.Validate(options, problems);
        }

        return problems.All;
    }
}
