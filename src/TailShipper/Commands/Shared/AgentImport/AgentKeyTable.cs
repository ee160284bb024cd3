using System.Globalization;
using Shipper.KinesisAgent.Keys;
using Shipper.TailShipper.Framing;
using static Shipper.TailShipper.Commands.Shared.AgentImport.AgentKeyFate;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>
/// What becomes of every key of the agent's configuration. The import carries it out and prints it, and docs/migration.md shows it.
/// </summary>
internal static class AgentKeyTable
{
    private const long MostHeaderLines = 1000;

    /// <summary>The keys for the whole agent.</summary>
    public static IReadOnlyList<AgentKeyRow> OfAgent { get; } =
    [
        new("flows", Taken, "Shipper:Flows",
            "Each flow is a flow here, also those of agent.d. Its name is made of the stream and of the agent's own name for the flow, "
            + "so that it stays the same when other flows come or go."),
        new("checkpointFile", Taken, "",
            "The import reads it, unless `--checkpoints` names another file. Here checkpoints are in `Shipper:StateDirectory`, which a "
            + "restart of the machine does not empty."),
        new("checkpointTimeToLiveDays", NotNeeded, "", "A checkpoint is kept as long as its file is there."),
        new("checkpoints.queryTimeoutSeconds", NotNeeded, "", "Checkpoints are a journal, not a database."),
        new("checkpoints.connectionTimeoutSeconds", NotNeeded, "", "Checkpoints are a journal, not a database."),
        new("awsAccessKeyId", ToDo, "",
            "A configuration file is no place for a key. Give the machine a role, or write the key into the AWS credentials file of the "
            + "service's account, or into an `EnvironmentFile` of the unit with mode 0600, as AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY."),
        new("awsSecretAccessKey", ToDo, "", "As `awsAccessKeyId`. It is neither shown nor copied."),
        new("assumeRoleARN", Taken, "Shipper:Aws:RoleArn", "The role to assume for every call.", use => SetText(use, "Aws:RoleArn")),
        new("assumeRoleExternalId", Taken, "Shipper:Aws:ExternalId", "The external id that the role's trust policy requires.",
            use => SetText(use, "Aws:ExternalId")),
        new("userDefinedCredentialsProvider.classname", AgentKeyFate.Refused, "",
            "A class of Java cannot run here. A profile with `credential_process` runs any program that prints credentials; name it in "
            + "`Shipper:Aws:Profile`, and remove the key.",
            use => RefuseClass(use)),
        new("userDefinedCredentialsProvider.location", NotNeeded, "", "It belongs to the class, which cannot run here."),
        new("firehose.endpoint", Mapped, "Shipper:Aws:Region, Shipper:Aws:ServiceUrl",
            "The address of a region becomes its name, any other address the service's URL. Unset it means us-east-1 to the agent, "
            + "which is written out.",
            AgentRegions.ApplyFirehose) { IsAlways = true },
        new("kinesis.endpoint", Mapped, "Shipper:Aws:Region, Shipper:Aws:KinesisServiceUrl", "As `firehose.endpoint`, for flows to a "
            + "Kinesis data stream.",
            AgentRegions.ApplyKinesis) { IsAlways = true },
        new("kinesis.region", Mapped, "Shipper:Aws:Region",
            "The region of flows to a Kinesis data stream. One configuration calls one region: flows to two are two services."),
        new("sts.endpoint", NotNeeded, "", "The token service of the region is called. AWS_ENDPOINT_URL_STS names another address."),
        new("cloudwatch.endpoint", NotNeeded, "",
            "Metrics are lines in a log, which the CloudWatch agent takes to CloudWatch; its own configuration names the address."),
        new("cloudwatch.emitMetrics", Mapped, "Shipper:Metrics:AgentNames",
            "The lines of the metrics log carry the agent's metric names too. To see them in CloudWatch, let the CloudWatch agent read "
            + "that log. Where it is false, the lines are not made for CloudWatch at all.",
            ApplyMetrics) { IsAlways = true },
        new("cloudwatch.namespace", Taken, "Shipper:Metrics:Namespace", "The namespace of the metrics. Unset it is AWSKinesisAgent, "
            + "which is written out.",
            ApplyNamespace) { IsAlways = true },
        new("cloudwatch.tagInstance", ToDo, "", "The CloudWatch agent adds the instance: `append_dimensions` in its configuration."),
        new("cloudwatch.metricsBufferTimeMillis", Mapped, "Shipper:Metrics:Interval", "The time between two lines of the metrics log, "
            + "from 100 ms to 1 h.",
            use => SetDuration(use, "Metrics:Interval", 100, 3_600_000)),
        new("cloudwatch.metricsQueueSize", NotNeeded, "", "Metrics are read when a line is written; nothing is queued."),
        new("maxSendingThreads", NotNeeded, "",
            "How many calls are in flight is learned, for each flow, up to `Shipper:MaxCallsInFlight` (4). No thread waits for a call."),
        new("maxSendingThreadsPerCore", NotNeeded, "", "As `maxSendingThreads`."),
        new("sendingThreadsMaxQueueSize", NotNeeded, "", "When memory for calls is used up, reading waits: the file is the queue."),
        new("sendingThreadsKeepAliveMillis", NotNeeded, "", "There are no threads to keep."),
        new("maxConnections", NotNeeded, "", "As many as there are calls in flight."),
        new("connectionTimeoutMillis", NotNeeded, "", "`Shipper:CallTimeout` limits a whole call, from connecting to the answer's last "
            + "byte."),
        new("socketTimeoutMillis", NotNeeded, "", "As `connectionTimeoutMillis`."),
        new("connectionTTLMillis", NotNeeded, "", "Connections are replaced regularly."),
        new("useTcpKeepAlive", NotNeeded, "", "A call that gets no answer ends after `Shipper:CallTimeout` and is sent again."),
        new("useHttpGzip", NotNeeded, "", "Calls are not compressed."),
        new("shutdownTimeoutMillis", Mapped, "Shipper:ShutdownTimeout",
            "How long a stop may take, from 1 s to 1 h. The agent throws away what it has not sent by then; here it is sent after the "
            + "next start.",
            use => SetDuration(use, "ShutdownTimeout", 1000, 3_600_000)),
        new("log.statusReportingPeriodSeconds", NotNeeded, "", "`tailshipper status` and `tailshipper top` say it at any time."),
        new("log.emitMetrics", NotNeeded, "", "The metrics log has them anyway."),
        new("log.emitInternalMetrics", NotNeeded, "", "As `log.emitMetrics`."),
        new("userAgent", NotNeeded, "", "Calls name tailshipper and its version."),
        new("userAgentOverride", NotNeeded, "", "As `userAgent`."),
        new("log.level", NotNeeded, "", "Dead since version 2 of the agent. `Serilog:MinimumLevel:Default`, or `tailshipper loglevel` "
            + "for a while."),
        new("log.file", NotNeeded, "", "Dead since version 2 of the agent. `Shipper:Log:Path`."),
        new("log.maxFileSize", NotNeeded, "", "Dead since version 2 of the agent. The log is rolled daily and at 50 MB."),
        new("log.maxBackupIndex", NotNeeded, "", "Dead since version 2 of the agent. 14 files are kept."),
    ];

    /// <summary>The keys of a flow, and what the agent does in every flow without a key.</summary>
    public static IReadOnlyList<AgentKeyRow> OfFlow { get; } =
    [
        new("filePattern", Mapped, "Paths",
            "The same files, all of them at once, where the agent reads one at a time. Braces are written out; a wildcard that matches "
            + "a leading "
            + "dot needs a second path. A directory or a broken link that matches does no harm here. Files called .xz or .zst are not "
            + "shipped, which the agent sends as lines.",
            ApplyPattern),
        new("deliveryStream", Taken, "DeliveryStream", "", use => SetStream(use, "DeliveryStream", AgentDestination.Firehose)),
        new("kinesisStream", Taken, "KinesisStream", "", use => SetStream(use, "KinesisStream", AgentDestination.Kinesis)),
        new("partitionKeyOption", Mapped, "PartitionKey:Source",
            "RANDOM is `Random`. DETERMINISTIC becomes `Content`, the MD5 of the record, which is the agent's key where a converter made "
            + "the record; elsewhere the agent hashes what it happens to have read at once. `Path` keeps the order of a file, `JsonField` "
            + "that of a customer.",
            ApplyPartitionKey),
        new("initialPosition", Taken, "InitialPosition",
            "Where reading begins in files that are there at the very first start. Files that appear later are read from their start; the "
            + "agent begins at their end if it starts without a checkpoint.",
            ApplyPosition) { IsAlways = true },
        new("maxBufferAgeMillis", Taken, "MaxBatchAge", "How long a line may wait for others. Unset it is 1 s here, and 60 s for the "
            + "agent.",
            use => SetDuration(use, "MaxBatchAge", 1, 900_000)),
        new("maxBufferSizeRecords", Taken, "MaxBatchRecords", "", use => use.Set("MaxBatchRecords", use.Number)),
        new("maxBufferSizeBytes", Mapped, "MaxBatchBytes", "At least 1,024,000 here (Kinesis: 1,048,320), so that a record always "
            + "fits.", ApplyBatchBytes),
        new("waitOnFullPublishQueueMillis", NotNeeded, "", "Reading waits exactly as long as there is no room."),
        new("waitOnEmptyPublishQueueMillis", NotNeeded, "", "A batch is sent after `MaxBatchAge`; it does not wait for a look at the "
            + "queue."),
        new("publishQueueCapacity", NotNeeded, "", "`Shipper:MaxBufferBytes` limits the memory of all flows together."),
        new("minTimeBetweenFilePollsMillis", NotNeeded, "", "Linux reports what is written. `Shipper:PollInterval` is for file systems "
            + "that do not."),
        new("maxTimeBetweenFileTrackerRefreshMillis", NotNeeded, "",
            "Linux reports new names. `Shipper:ScanInterval` (1 s) is the time between two scans where it does not."),
        new("retryInitialBackoffMillis", Taken, "Retry:FirstWait", "The bound of the first wait; each is random, and the bound doubles.",
            use => SetDuration(use, "Retry:FirstWait", 10, 60_000)),
        new("retryMaxBackoffMillis", Taken, "Retry:MaxWait",
            "Unset it is 30 s here, 4.5 s in the first minute and a half of an outage, and 10 s for the agent. Nothing is given up and "
            + "nothing is skipped meanwhile.",
            use => SetDuration(use, "Retry:MaxWait", 10, 900_000)),
        new("skipHeaderLines", Taken, "SkipHeaderLines", "Of every file, also one that is truncated and written anew.", ApplyHeaderLines),
        new("multiLineStartPattern", Taken, "KinesisAgent:MultiLineStartPattern",
            "In Java's syntax. What cannot be translated is refused with its position.", ApplyStartPattern),
        new("fileFooterPattern", Taken, "KinesisAgent:FileFooterPattern", "In Java's syntax, as `multiLineStartPattern`.", ApplyFooter),
        new("truncatedRecordTerminator", Taken, "Oversize, KinesisAgent:TruncatedRecordTerminator",
            "A record that is too large is cut and ends with it; what is cut off is counted.", ApplyTerminator) { IsAlways = true },
        new("aggregatedRecordSizeBytes", Taken, "KinesisAgent:AggregatedRecordSizeBytes",
            "Whole lines share a record. The steps of `Processing` then see the whole record, as the agent's converters do: of several "
            + "lines "
            + "they keep one, or none. Without `KinesisAgent:Framing` `Aggregation` packs what was processed.",
            ApplyAggregation),
        new("dataProcessingOptions", Taken, "Processing",
            "Each step with `Compatibility` `Agent`, which gives the agent's results byte for byte. Without it the results are right where "
            + "the agent's are not: see processing.md.",
            ProcessingSettings.Apply),
        new("(how lines become records)", Taken, "KinesisAgent:Framing, Encoding, IncludeBinary",
            "As the agent does it: `Framing` ends a record of several lines where a read ends in a newline, `Latin1` leaves every byte "
            + "as it is, "
            + "and files that are not text are shipped too. Remove the three, and `MultiLine` and `Aggregation` are the flow's own.",
            ApplyFraming) { IsAlways = true },
        new("(a last line without newline)", Mapped, "UnfinishedLineWait",
            "The agent waits for its newline, however long that takes: 0. Without the setting it is shipped after 60 s.",
            use => use.Set("UnfinishedLineWait", "0s")) { IsAlways = true },
        new("(symbolic links)", Mapped, "FollowLinks", "The agent follows them wherever they lead.", use => use.Set("FollowLinks", true))
        {
            IsAlways = true,
        },
    ];

    /// <summary>The row of a key; null where there is none.</summary>
    public static AgentKeyRow? Find(AgentKeyScope scope, string key) =>
        (scope == AgentKeyScope.Agent ? OfAgent : OfFlow).FirstOrDefault(row => row.Key == key);

    private static void SetText(AgentKeyUse use, string key)
    {
        if (!string.IsNullOrEmpty(use.Text))
        {
            use.Set(key, use.Text);
        }
    }

    private static void SetDuration(AgentKeyUse use, string key, long least, long most)
    {
        var taken = Math.Clamp(use.Number, least, most);
        if (taken != use.Number)
        {
            use.Note(string.Create(CultureInfo.InvariantCulture, $"{use.Number} ms is out of our bounds: {taken} ms is taken."));
        }

        use.Set(key, string.Create(CultureInfo.InvariantCulture, $"{taken}ms"));
    }

    private static void SetStream(AgentKeyUse use, string key, AgentDestination destination)
    {
        if (use.Flow.Destination != destination)
        {
            return;
        }

        if (string.IsNullOrEmpty(use.Text))
        {
            use.Refuse("names no stream: the agent starts with it and sends nothing", "Write the name of the stream, or remove the flow");
            return;
        }

        use.Set(key, use.Text);
    }

    private static void RefuseClass(AgentKeyUse use)
    {
        if (!string.IsNullOrEmpty(use.Text))
        {
            use.Refuse("is a class of Java, which cannot run here", "Use a profile with credential_process (Shipper:Aws:Profile), and "
                + "remove the key");
        }
    }

    private static void ApplyMetrics(AgentKeyUse use)
    {
        if (use.Configuration.Values.Flag("cloudwatch.emitMetrics"))
        {
            use.Set("Metrics:AgentNames", true);
        }
        else
        {
            use.Set("Metrics:Namespace", "");
        }
    }

    private static void ApplyNamespace(AgentKeyUse use)
    {
        if (use.Configuration.Values.Flag("cloudwatch.emitMetrics") && !string.IsNullOrEmpty(use.Text))
        {
            use.Set("Metrics:Namespace", use.Text);
        }
    }

    private static void ApplyPattern(AgentKeyUse use)
    {
        try
        {
            use.Set("Paths", PathMapping.Paths(use.Flow.Pattern));
        }
        catch (FormatException exception)
        {
            use.Refuse(exception.Message, "Write the whole path of the folder");
        }

        if (use.Flow.Pattern.Directory.Split('/').Contains(".."))
        {
            use.Note("The .. in it is taken to lead to the folder above, which it does unless the one before it is a link.");
        }
    }

    private static void ApplyPartitionKey(AgentKeyUse use) => use.Set(
        "PartitionKey:Source", use.Text == "DETERMINISTIC" ? "Content" : "Random");

    private static void ApplyPosition(AgentKeyUse use) =>
        use.Set("InitialPosition", use.Text?.StartsWith("START", StringComparison.Ordinal) == true ? "StartOfFile" : "EndOfFile");

    private static void ApplyBatchBytes(AgentKeyUse use)
    {
        var least = use.Flow.Destination == AgentDestination.Firehose ? 1_024_000 : 1_048_320;
        var taken = Math.Max(use.Number, least);
        if (taken != use.Number)
        {
            use.Note(string.Create(CultureInfo.InvariantCulture, $"{use.Number} is less than a record may have: {taken} is taken."));
        }

        use.Set("MaxBatchBytes", taken);
    }

    private static void ApplyHeaderLines(AgentKeyUse use)
    {
        if (use.Number > MostHeaderLines)
        {
            use.Refuse("is more than 1,000, the most that is skipped here", "Write at most 1000");
        }
        else if (use.Number > 0)
        {
            use.Set("SkipHeaderLines", use.Number);
        }
    }

    private static void ApplyStartPattern(AgentKeyUse use) =>
        SetPattern(use, use.Flow.MultiLineStart, "KinesisAgent:MultiLineStartPattern", AgentLinePattern.Start);

    private static void ApplyFooter(AgentKeyUse use) =>
        SetPattern(use, use.Flow.FileFooter, "KinesisAgent:FileFooterPattern", AgentLinePattern.Footer);

    private static void SetPattern(AgentKeyUse use, string? pattern, string key, Func<string, AgentLinePattern> parse)
    {
        if (pattern is null)
        {
            return;
        }

        try
        {
            parse(pattern);
            use.Set(key, pattern);
        }
        catch (FormatException exception)
        {
            use.Refuse(exception.Message, "Write it without what the reason names");
        }
    }

    private static void ApplyFraming(AgentKeyUse use)
    {
        use.Set("KinesisAgent:Framing", true);
        use.Set("Encoding", "Latin1");
        use.Set("IncludeBinary", true);
    }

    private static void ApplyTerminator(AgentKeyUse use)
    {
        use.Set("Oversize", "Truncate");
        if (use.Text is { } text && text != "\n")
        {
            use.Set("KinesisAgent:TruncatedRecordTerminator", text);
        }
    }

    private static void ApplyAggregation(AgentKeyUse use)
    {
        if (use.Flow.AggregatedBytes > 0)
        {
            use.Set("KinesisAgent:AggregatedRecordSizeBytes", use.Flow.AggregatedBytes);
        }
        else if (use.Number > 0)
        {
            use.Note("It has no effect beside multiLineStartPattern.");
        }
    }
}
