using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Wire;

/// <summary>Log messages of the wire; event ids 2400 to 2449.</summary>
internal static partial class WireLog
{
    [LoggerMessage(2400, LogLevel.Warning,
        "this machine's clock is {Seconds:F0} s {Direction} the service's: requests are signed with the service's time from now on. "
        + "Set the clock right (chronyc tracking, or timedatectl)")]
    public static partial void ClockCorrected(ILogger logger, double seconds, string direction);

    [LoggerMessage(2401, LogLevel.Information, "this machine's clock agrees with the service's again; requests are signed with it")]
    public static partial void ClockRight(ILogger logger);

    [LoggerMessage(2402, LogLevel.Warning,
        "{Url} is plain HTTP to another machine: log lines and session tokens cross the network unencrypted. Use https")]
    public static partial void Exposed(ILogger logger, string url);

    [LoggerMessage(2403, LogLevel.Information, "calls go to {Url} (region {Region}), {Proxy}, trusting {Authorities}")]
    public static partial void Endpoint(ILogger logger, string url, string region, string proxy, string authorities);

    [LoggerMessage(2405, LogLevel.Information, "the {Stream} takes records of up to {KiB} KiB")]
    public static partial void LargeRecords(ILogger logger, string stream, int kiB);

    [LoggerMessage(2406, LogLevel.Information,
        "how large records of the {Stream} may be is not known ({Reason}): up to {KiB} KiB are sent. Where larger ones were allowed, "
        + "permit kinesis:DescribeStreamSummary, or set MaxRecordKiB of flow {Flow}")]
    public static partial void SummaryUnknown(ILogger logger, string stream, string reason, int kiB, string flow);

    [LoggerMessage(2407, LogLevel.Warning,
        "the {Stream} distributes records by itself (RecordDistributionStrategy AUTO), so PartitionKey:Source {Source} of flow {Flow} "
        + "has no effect: lines that belong together go to different shards. Set the stream's strategy to USER_PARTITION_KEY, or remove "
        + "PartitionKey")]
    public static partial void KeysIgnored(ILogger logger, string stream, Configuration.PartitionKeySource source, string flow);

    [LoggerMessage(2408, LogLevel.Warning,
        "the {Stream} takes records of up to {KiB} KiB, but Shipper:MaxBufferBytes has no room for one beside the other flows: "
        + "larger records than usual are not sent by flow {Flow}. Raise MaxBufferBytes and restart, or set the flow's MaxRecordKiB")]
    public static partial void NoRoomForLargeRecords(ILogger logger, string stream, int kiB, string flow);

    [LoggerMessage(2409, LogLevel.Warning,
        "The metadata of this instance cannot be had from {Address} ({Reason}); records are sent without them, and it is asked again. "
        + "Where this is no EC2 instance remove the Ec2Metadata step; in a container raise the instance's hop limit for metadata")]
    public static partial void NoInstanceMetadata(ILogger logger, string address, string reason);
}
