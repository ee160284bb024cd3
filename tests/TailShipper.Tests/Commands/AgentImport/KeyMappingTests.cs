using System.Text;
using Shipper.Foundation.Configuration;
using Shipper.KinesisAgent.Keys;
using Shipper.TailShipper.Commands.Shared.AgentImport;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.AgentImport;

/// <summary>What becomes of each key of the agent's configuration.</summary>
public sealed class KeyMappingTests : IDisposable
{
    private const string Firehose = "\"deliveryStream\": \"s\"";
    private const string Pattern = "\"filePattern\": \"/var/log/a.log\"";
    private const string Kinesis = "\"kinesisStream\": \"s\"";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-import-");

    /// <summary>Key, its value, the flow's destination, and what it becomes: settings, or the word for its fate.</summary>
    public static TheoryData<string, string, string, string> Cases { get; } = new()
    {
        { "checkpointFile", "\"/var/lib/x/cp\"", Firehose, "taken" },
        { "checkpointTimeToLiveDays", "30", Firehose, "not needed" },
        { "checkpoints.queryTimeoutSeconds", "30", Firehose, "not needed" },
        { "checkpoints.connectionTimeoutSeconds", "5", Firehose, "not needed" },
        { "awsAccessKeyId", "\"AKIDEXAMPLE\"", Firehose, "to do" },
        { "awsSecretAccessKey", "\"hunter2\"", Firehose, "to do" },
        { "assumeRoleARN", "\"arn:aws:iam::123456789012:role/x\"", Firehose, "Aws:RoleArn=arn:aws:iam::123456789012:role/x" },
        { "assumeRoleExternalId", "\"id\"", Firehose, "Aws:ExternalId=id" },
        { "userDefinedCredentialsProvider.classname", "\"com.example.Keys\"", Firehose, "refused" },
        { "userDefinedCredentialsProvider.location", "\"/opt/keys.jar\"", Firehose, "not needed" },
        { "firehose.endpoint", "\"firehose.eu-west-1.amazonaws.com\"", Firehose, "Aws:Region=eu-west-1" },
        {
            "firehose.endpoint", "\"https://firehose-fips.us-gov-west-1.amazonaws.com/\"", Firehose,
            "Aws:Region=us-gov-west-1|Aws:UseFips=true"
        },
        { "firehose.endpoint", "\"\"", Firehose, "Aws:Region=us-east-1" },
        { "firehose.endpoint", "\"http://127.0.0.1:4573\"", Firehose, "Aws:Region=us-east-1|Aws:ServiceUrl=http://127.0.0.1:4573" },
        {
            "firehose.endpoint", "\"vpce-1.firehose.eu-west-1.vpce.amazonaws.com\"", Firehose,
            "Aws:Region=eu-west-1|Aws:ServiceUrl=https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com"
        },
        { "firehose.endpoint", "\"ftp://x\"", Firehose, "refused" },
        { "kinesis.endpoint", "\"kinesis.cn-north-1.amazonaws.com.cn\"", Kinesis, "Aws:Region=cn-north-1" },
        { "kinesis.endpoint", "\"localhost:4567\"", Kinesis, "Aws:Region=us-east-1|Aws:KinesisServiceUrl=https://localhost:4567" },
        { "kinesis.region", "\"eu-west-1\"", Kinesis, "mapped" },
        { "sts.endpoint", "\"sts.eu-west-1.amazonaws.com\"", Firehose, "not needed" },
        { "cloudwatch.endpoint", "\"monitoring.eu-west-1.amazonaws.com\"", Firehose, "not needed" },
        { "cloudwatch.emitMetrics", "\"yes\"", Firehose, "Metrics:AgentNames=true" },
        { "cloudwatch.emitMetrics", "false", Firehose, "Metrics:Namespace=" },
        { "cloudwatch.namespace", "\"Shop/Agent\"", Firehose, "Metrics:Namespace=Shop/Agent" },
        { "cloudwatch.tagInstance", "true", Firehose, "to do" },
        { "cloudwatch.metricsBufferTimeMillis", "60000", Firehose, "Metrics:Interval=60000ms" },
        { "cloudwatch.metricsBufferTimeMillis", "1", Firehose, "Metrics:Interval=100ms" },
        { "cloudwatch.metricsQueueSize", "5", Firehose, "not needed" },
        { "maxSendingThreads", "5", Firehose, "not needed" },
        { "maxSendingThreadsPerCore", "5", Firehose, "not needed" },
        { "sendingThreadsMaxQueueSize", "5", Firehose, "not needed" },
        { "sendingThreadsKeepAliveMillis", "5", Firehose, "not needed" },
        { "maxConnections", "5", Firehose, "not needed" },
        { "connectionTimeoutMillis", "5", Firehose, "not needed" },
        { "socketTimeoutMillis", "5", Firehose, "not needed" },
        { "connectionTTLMillis", "5", Firehose, "not needed" },
        { "useTcpKeepAlive", "true", Firehose, "not needed" },
        { "useHttpGzip", "true", Firehose, "not needed" },
        { "shutdownTimeoutMillis", "\"0x7530\"", Firehose, "ShutdownTimeout=30000ms" },
        { "log.statusReportingPeriodSeconds", "60", Firehose, "not needed" },
        { "log.emitMetrics", "true", Firehose, "not needed" },
        { "log.emitInternalMetrics", "true", Firehose, "not needed" },
        { "userAgent", "\"x\"", Firehose, "not needed" },
        { "userAgentOverride", "\"x\"", Firehose, "not needed" },
        { "log.level", "\"DEBUG\"", Firehose, "not needed" },
        { "log.file", "\"/var/log/x.log\"", Firehose, "not needed" },
        { "log.maxFileSize", "\"10MB\"", Firehose, "not needed" },
        { "log.maxBackupIndex", "3", Firehose, "not needed" },
        { "filePattern", "\"/var/log/{a,b}.log\"", Firehose, "Flows:0:Paths=/var/log/a.log, /var/log/b.log" },
        { "filePattern", "\"./a.log\"", Firehose, "refused" },
        { "deliveryStream", "\"orders\"", "\"kinesisStream\": \"k\"", "Flows:0:DeliveryStream=orders" },
        { "deliveryStream", "null", "\"x\": 1", "refused" },
        { "kinesisStream", "\"orders\"", "\"x\": 1", "Flows:0:KinesisStream=orders" },
        { "partitionKeyOption", "\"RANDOM\"", Kinesis, "Flows:0:PartitionKey:Source=Random" },
        { "partitionKeyOption", "\"DETERMINISTIC\"", Kinesis, "Flows:0:PartitionKey:Source=Content" },
        { "initialPosition", "\"START_OF_FILE\"", Firehose, "Flows:0:InitialPosition=StartOfFile" },
        { "initialPosition", "null", Firehose, "Flows:0:InitialPosition=EndOfFile" },
        { "maxBufferAgeMillis", "\"01750\"", Firehose, "Flows:0:MaxBatchAge=1000ms" },
        { "maxBufferSizeRecords", "\"010\"", Firehose, "Flows:0:MaxBatchRecords=8" },
        { "maxBufferSizeBytes", "4194304", Firehose, "Flows:0:MaxBatchBytes=4194304" },
        { "maxBufferSizeBytes", "1", Firehose, "Flows:0:MaxBatchBytes=1024000" },
        { "maxBufferSizeBytes", "1", Kinesis, "Flows:0:MaxBatchBytes=1048320" },
        { "waitOnFullPublishQueueMillis", "1000", Firehose, "not needed" },
        { "waitOnEmptyPublishQueueMillis", "1000", Firehose, "not needed" },
        { "publishQueueCapacity", "7", Firehose, "not needed" },
        { "minTimeBetweenFilePollsMillis", "7", Firehose, "not needed" },
        { "maxTimeBetweenFileTrackerRefreshMillis", "7", Firehose, "not needed" },
        { "retryInitialBackoffMillis", "250", Firehose, "Flows:0:Retry:FirstWait=250ms" },
        { "retryInitialBackoffMillis", "0", Firehose, "Flows:0:Retry:FirstWait=10ms" },
        { "retryMaxBackoffMillis", "\"0x2710\"", Firehose, "Flows:0:Retry:MaxWait=10000ms" },
        { "skipHeaderLines", "2", Firehose, "Flows:0:SkipHeaderLines=2" },
        { "skipHeaderLines", "-1", Firehose, "taken" },
        { "skipHeaderLines", "1001", Firehose, "refused" },
        { "multiLineStartPattern", "\"^\\\\h[0-9]\"", Firehose, "Flows:0:KinesisAgent:MultiLineStartPattern=^\\h[0-9]" },
        { "multiLineStartPattern", "\"\"", Firehose, "taken" },
        { "fileFooterPattern", "\"^END\"", Firehose, "Flows:0:KinesisAgent:FileFooterPattern=^END" },
        { "truncatedRecordTerminator", "\"\\n\"", Firehose, "Flows:0:Oversize=Truncate" },
        {
            "truncatedRecordTerminator", "\"...\"", Firehose,
            "Flows:0:Oversize=Truncate|Flows:0:KinesisAgent:TruncatedRecordTerminator=..."
        },
        { "aggregatedRecordSizeBytes", "5000", Firehose, "Flows:0:KinesisAgent:AggregatedRecordSizeBytes=5000" },
        { "aggregatedRecordSizeBytes", "0", Firehose, "taken" },
        {
            "dataProcessingOptions",
            "[ { \"optionName\": \"CSVTOJSON\", \"customFieldNames\": [ \"a\", \"b\" ], \"delimiter\": \"|\" }, "
            + "{ \"optionName\": \"ADDBRACKETS\" } ]",
            Firehose,
            "Flows:0:Processing:0:Type=CsvToJson|Flows:0:Processing:0:Compatibility=Agent|Flows:0:Processing:0:Names=a, b|"
            + "Flows:0:Processing:0:Delimiter=||Flows:0:Processing:1:Type=Brackets|Flows:0:Processing:1:Compatibility=Agent"
        },
        { "dataProcessingOptions", "[]", Firehose, "taken" },
        {
            "dataProcessingOptions", "[ { \"optionName\": \"USINGPLUGGIN\", \"classname\": \"com.example.X\" } ]", Firehose, "refused"
        },
    };

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Every_key_of_the_agent_has_a_row_and_a_case()
    {
        var rows = AgentKeyTable.OfAgent.Concat(AgentKeyTable.OfFlow).Select(row => row.Key).Where(key => !key.StartsWith('('))
            .ToList();
        Assert.Equal(AgentKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        Assert.Equal(
            rows.Where(key => key != "flows").Order(StringComparer.Ordinal),
            Cases.Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_key_becomes_what_the_table_says(string key, string value, string destination, string expected)
    {
        var isOfFlow = AgentKeys.Find(AgentKeyScope.Flow, key) is not null;
        var problems = new ConfigurationProblems();
        var member = $"\"{key}\": {value},";
        var import = Read(Json(isOfFlow ? "" : member, $"{(isOfFlow ? member : "")} {destination}", key), problems);
        if (expected == "refused")
        {
            Assert.EndsWith(key, Assert.Single(problems.All).Key, StringComparison.Ordinal);
            return;
        }

        Assert.Empty(problems.All);
        var line = import!.Lines.Single(found => found.Key == key);
        var settings = string.Join('|', line.Settings.Select(setting => $"{setting.Key["Shipper:".Length..]}={setting.Shown}"));
        Assert.Equal(expected, settings.Length > 0 ? settings : line.Fate.Word());
    }

    [Fact]
    public void What_is_written_is_a_valid_configuration_and_the_same_as_what_runs_straight()
    {
        var problems = new ConfigurationProblems();
        var import = Read(
            Json("\"cloudwatch.namespace\": \"Shop/\\u0041\",", "\"multiLineStartPattern\": \"^\\\\d\", " + Firehose), problems)!;
        var file = Path.Join(_directory.FullName, "out.json");
        using (var output = File.Create(file))
        {
            ImportedJson.Write(import.Settings, output);
        }

        var written = ShipperSetup.Load(ServiceConfiguration.Of([file], [], problems), problems, toRun: false);
        var straight = ShipperSetup.Load(ServiceConfiguration.Of([], [], problems, import.Keys), problems, toRun: false);

        Assert.Equal(straight.InUse.Digest, written.InUse.Digest);
        Assert.Equal("EndOfFile", written.Options.Flows[0].InitialPosition.ToString());
        Assert.Equal(TimeSpan.Zero, written.Options.Flows[0].UnfinishedLineWait);
        Assert.True(written.Options.Flows[0].FollowLinks);
    }

    [Fact]
    public void A_secret_is_neither_shown_nor_copied()
    {
        var import = Read(Json("\"awsAccessKeyId\": \"AKIDEXAMPLE\", \"awsSecretAccessKey\": \"hunter2\",", Firehose), new())!;
        using var screen = new StringWriter();
        TailShipper.Commands.ImportAgent.ImportScreen.Write(import, screen);
        using var json = new MemoryStream();
        ImportedJson.Write(import.Settings, json);

        Assert.Contains("awsSecretAccessKey = (not shown)", screen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotMatch("AKIDEXAMPLE|hunter2", screen + Encoding.UTF8.GetString(json.ToArray()));
    }

    [Fact]
    public void The_name_of_a_flow_does_not_depend_on_the_others()
    {
        var one = Read(Json("", Firehose), new())!;
        var two = Read(Json("", $"\"deliveryStream\": \"a b/ü\", \"filePattern\": \"/x/y\" }}, {{ {Pattern}, {Firehose}"), new())!;

        Assert.Equal(one.FlowNames[0], two.FlowNames[1]);
        Assert.Matches("^s-[0-9a-f]{8}$", one.FlowNames[0]);
        Assert.Matches("^a_b__-[0-9a-f]{8}$", two.FlowNames[0]);
    }

    [Fact]
    public void Two_regions_are_refused_with_what_to_do()
    {
        var problems = new ConfigurationProblems();
        Read(Json("\"kinesis.region\": \"eu-west-1\",", $"{Firehose}, {Pattern} }}, {{ \"filePattern\": \"/x/y\", {Kinesis}"), problems);

        Assert.Contains("one configuration calls one region", Assert.Single(problems.All).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"flows\": [ }", "agent.json", "is not what the agent reads as JSON")]
    [InlineData(null, "agent.json", "cannot be read")]
    [InlineData(
        "{ \"flows\": [ { \"filePattern\": \"/a/[\", \"deliveryStream\": \"s\" } ] }", "flows:0:filePattern", "has a [ without its ]")]
    [InlineData(
        "{ \"flows\": [ { \"filePattern\": \"/a/b\", \"deliveryStream\": \"s\", \"multiLineStartPattern\": \"(\" } ] }",
        "flows:0:multiLineStartPattern", "has a ( without its )")]
    public void What_cannot_be_read_is_one_clear_problem(string? text, string key, string reason)
    {
        var problems = new ConfigurationProblems();

        Assert.Null(text is null ? ImportedConfiguration.Read("/nowhere/agent.json", "/nowhere/agent.d", problems) : Read(text, problems));

        var problem = Assert.Single(problems.All);
        Assert.Equal(key, problem.Key);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_flows_that_would_share_a_file_are_one_clear_problem()
    {
        var problems = new ConfigurationProblems();
        var import = Read(
            Json("", $"{Firehose}, \"filePattern\": \"/a/*.log\" }}, {{ {Firehose}, \"filePattern\": \"/a/x.log\""), problems)!;

        var exception = Assert.Throws<ConfigurationException>(
            () => ShipperSetup.Load(ServiceConfiguration.Of([], [], problems, import.Keys), problems, toRun: false));

        Assert.Contains("so its lines would arrive twice", Assert.Single(exception.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_on_migration_shows_the_table()
    {
        var page = RepositoryFiles.Read("docs/migration.md");
        var rows = AgentKeyTable.OfAgent.Concat(AgentKeyTable.OfFlow).Select(Row).ToList();
        if (Environment.GetEnvironmentVariable("SHIPPER_WRITE_MIGRATION") is not null)
        {
            var start = page.IndexOf("| key of the agent |", StringComparison.Ordinal);
            page = page[..start] + "| key of the agent | becomes | setting | what to know |\n|---|---|---|---|\n" + string.Join('\n', rows)
                + page[page.IndexOf("\n\n", start, StringComparison.Ordinal)..];
            File.WriteAllText(RepositoryFiles.PathOf("docs/migration.md"), page);
        }

        var table = page[page.IndexOf("| key of the agent |", StringComparison.Ordinal)..];
        Assert.Equal(rows, table[..table.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Skip(2));
    }

    private static string Row(AgentKeyRow row)
    {
        var settings = string.Join(", ", row.Becomes.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(setting => $"`{setting}`"));
        var key = row.Key.StartsWith('(') ? row.Key : $"`{row.Key}`";
        return $"| {key} | {row.Fate.Word()} | {settings} | {row.Text} |".Replace("  ", " ", StringComparison.Ordinal);
    }

    private static string Json(string ofAgent, string ofFlow, string key = "") =>
        $$"""{ {{ofAgent}} "flows": [ { {{(key == "filePattern" || ofFlow.Contains("filePattern", StringComparison.Ordinal)
            ? "" : Pattern + ",")}} {{ofFlow}} } ] }""";

    private ImportedConfiguration? Read(string json, ConfigurationProblems problems)
    {
        var file = Path.Join(_directory.FullName, "agent.json");
        File.WriteAllText(file, json);
        return ImportedConfiguration.Read(file, Path.Join(_directory.FullName, "agent.d"), problems);
    }
}
