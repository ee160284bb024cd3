using static Shipper.KinesisAgent.Keys.AgentKeyKind;
using static Shipper.KinesisAgent.Keys.AgentKeyScope;

namespace Shipper.KinesisAgent.Keys;

/// <summary>Every key that the agent knows, of version 2.0.13, and those that version 1 knew.</summary>
internal static class AgentKeys
{
    private const long MostWait = 900_000;

    /// <summary>All of them, in the order in which they are explained.</summary>
    public static IReadOnlyList<AgentKey> All { get; } =
    [
        new("flows", Agent, List),
        new("checkpointFile", Agent, Text) { Default = "/var/run/aws-kinesis-agent/checkpoints" },
        new("checkpointTimeToLiveDays", Agent, Integer) { Default = 7L },
        new("checkpoints.queryTimeoutSeconds", Agent, Integer) { Default = 30L, Moment = AgentKeyMoment.Use },
        new("checkpoints.connectionTimeoutSeconds", Agent, Integer) { Default = 5L, Moment = AgentKeyMoment.Use },
        new("awsAccessKeyId", Agent, Text) { TakesNull = true, IsSecret = true },
        new("awsSecretAccessKey", Agent, Text) { TakesNull = true, IsSecret = true },
        new("assumeRoleARN", Agent, Text) { TakesNull = true },
        new("assumeRoleExternalId", Agent, Text) { TakesNull = true },
        new("userDefinedCredentialsProvider.classname", Agent, Text) { TakesNull = true },
        new("userDefinedCredentialsProvider.location", Agent, Text) { TakesNull = true },
        new("firehose.endpoint", Agent, Text) { TakesNull = true },
        new("kinesis.endpoint", Agent, Text) { TakesNull = true },
        new("kinesis.region", Agent, Text) { TakesNull = true },
        new("sts.endpoint", Agent, Text) { TakesNull = true },
        new("cloudwatch.endpoint", Agent, Text) { TakesNull = true },
        new("cloudwatch.emitMetrics", Agent, Flag) { Default = true, Moment = AgentKeyMoment.Use },
        new("cloudwatch.namespace", Agent, Text) { Default = "AWSKinesisAgent", TakesNull = true },
        new("cloudwatch.tagInstance", Agent, Flag) { Default = false },
        new("cloudwatch.metricsBufferTimeMillis", Agent, Long) { Default = 30_000L, Moment = AgentKeyMoment.Use },
        new("cloudwatch.metricsQueueSize", Agent, Integer) { Default = 10_000L, Moment = AgentKeyMoment.Use },
        new("maxSendingThreads", Agent, Integer) { Least = 1 },
        new("maxSendingThreadsPerCore", Agent, Integer) { Default = 12L },
        new("sendingThreadsMaxQueueSize", Agent, Integer) { Default = 100L, Least = 1 },
        new("sendingThreadsKeepAliveMillis", Agent, Long) { Default = 60_000L, Least = 1 },
        new("maxConnections", Agent, Integer) { Default = 50L, Moment = AgentKeyMoment.Use },
        new("connectionTimeoutMillis", Agent, Integer) { Default = 10_000L, Moment = AgentKeyMoment.Use },
        new("socketTimeoutMillis", Agent, Integer) { Default = 50_000L, Moment = AgentKeyMoment.Use },
        new("connectionTTLMillis", Agent, Long) { Default = -1L, Moment = AgentKeyMoment.Use },
        new("useTcpKeepAlive", Agent, Flag) { Default = false, Moment = AgentKeyMoment.Use },
        new("useHttpGzip", Agent, Flag) { Default = false, Moment = AgentKeyMoment.Use },
        new("shutdownTimeoutMillis", Agent, Long) { Default = 10_000L, Moment = AgentKeyMoment.Use },
        new("log.statusReportingPeriodSeconds", Agent, Integer) { Default = 30L },
        new("log.emitMetrics", Agent, Flag) { Default = false, Moment = AgentKeyMoment.Use },
        new("log.emitInternalMetrics", Agent, Flag) { Default = false, Moment = AgentKeyMoment.Use },
        new("userAgent", Agent, Text) { TakesNull = true },
        new("userAgentOverride", Agent, Text) { TakesNull = true },
        new("log.level", Agent, Dead),
        new("log.file", Agent, Dead),
        new("log.maxFileSize", Agent, Dead),
        new("log.maxBackupIndex", Agent, Dead),

        new("filePattern", Flow, Text),
        new("deliveryStream", Flow, Text) { TakesNull = true },
        new("kinesisStream", Flow, Text) { TakesNull = true },
        new("partitionKeyOption", Flow, Choice)
        {
            Default = "RANDOM", Choices = ["RANDOM", "DETERMINISTIC"], OnlyFor = AgentDestination.Kinesis, TakesNull = true,
        },
        new("initialPosition", Flow, Choice) { Default = "END_OF_FILE", Choices = ["END_OF_FILE", "START_OF_FILE"], TakesNull = true },
        new("maxBufferAgeMillis", Flow, Long) { Default = 60_000L, Least = 1000, Most = MostWait },
        new("maxBufferSizeRecords", Flow, Integer) { Default = 500L, Least = 1, Most = 500 },
        new("maxBufferSizeBytes", Flow, Integer) { Least = 1, Most = 4_194_304, MostForKinesis = 5_242_880 },
        new("waitOnFullPublishQueueMillis", Flow, Long) { Default = 60_000L, Least = 1000, Most = MostWait },
        new("waitOnEmptyPublishQueueMillis", Flow, Long) { Default = 60_000L, Least = 1000, Most = MostWait },
        new("publishQueueCapacity", Flow, Integer) { Default = 100L },
        new("minTimeBetweenFilePollsMillis", Flow, Long) { Default = 100L },
        new("maxTimeBetweenFileTrackerRefreshMillis", Flow, Long) { Default = 10_000L },
        new("retryInitialBackoffMillis", Flow, Long) { Default = 100L, Least = 0 },
        new("retryMaxBackoffMillis", Flow, Long) { Default = 10_000L, Least = 0 },
        new("skipHeaderLines", Flow, Integer) { Default = 0L },
        new("multiLineStartPattern", Flow, Pattern) { TakesNull = true },
        new("fileFooterPattern", Flow, Pattern) { TakesNull = true },
        new("truncatedRecordTerminator", Flow, Text) { Default = "\n" },
        new("aggregatedRecordSizeBytes", Flow, Integer) { Default = 0L, Least = 0, Most = 1_024_000, OnlyFor = AgentDestination.Firehose },
        new("dataProcessingOptions", Flow, List),
    ];

    /// <summary>The key of a name; null where the agent knows none.</summary>
    public static AgentKey? Find(AgentKeyScope scope, string name) => All.FirstOrDefault(key => key.Scope == scope && key.Name == name);
}
