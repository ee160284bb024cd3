using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>
/// The service at one moment, as <c>/status</c> and <c>tailshipper status --json</c> give it; docs/metrics.md describes every field.
/// </summary>
/// <remarks>
/// What has a default is <c>set</c>, not <c>init</c>: the generated reader would put null into the latter where an older service does not
/// have the field.
/// </remarks>
internal sealed record StatusDocument
{
    /// <summary>Rises when a field changes its meaning or goes; new fields may come at any time.</summary>
    public int Version { get; set; } = 1;

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the command that asked found; absent where a program asked the endpoint.</summary>
    public ConfigurationInUse? Configuration { get; init; }

    /// <summary>ok, degraded, starting, stopping, down or unknown.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not ok, with what to do; empty when it is.</summary>
    public IReadOnlyList<string> Reasons { get; set; } = [];

    /// <summary>The process; null when none runs.</summary>
    public ServiceStatus? Service { get; init; }

    /// <summary>The checkpoints.</summary>
    public required CheckpointStatus Checkpoints { get; init; }

    /// <summary>Every flow, in the order of the configuration.</summary>
    public IReadOnlyList<FlowStatus> Flows { get; set; } = [];

    /// <summary>The files that lag most, as many as were asked for.</summary>
    public IReadOnlyList<FileStatus> Files { get; set; } = [];

    /// <summary>How many files there are.</summary>
    public int FilesTotal { get; init; }

    /// <summary>The latest warnings and errors, newest first, repeats as one.</summary>
    public IReadOnlyList<RecentEvent> LastErrors { get; set; } = [];
}

/// <summary>The process.</summary>
internal sealed record ServiceStatus
{
    /// <summary>Its process id.</summary>
    public required int Pid { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Since when it runs, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Its state directory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The configuration files that it read, weakest first.</summary>
    public IReadOnlyList<string> ConfigurationFiles { get; set; } = [];

    /// <summary>The digest of its settings: the same where two processes would do the same. Absent in an older version.</summary>
    public string? ConfigurationDigest { get; init; }

    /// <summary>Resident memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processor time so far, in seconds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>The level of the log.</summary>
    public required string LogLevel { get; init; }

    /// <summary>When the log goes back to its configured level, UTC; null when it stays.</summary>
    public DateTimeOffset? LogLevelUntil { get; init; }
}

/// <summary>The checkpoints.</summary>
internal sealed record CheckpointStatus
{
    /// <summary>True while they can be written; null when no service runs.</summary>
    public bool? IsWritable { get; init; }

    /// <summary>When something was last made durable, UTC; null when nothing was.</summary>
    public DateTimeOffset? LastWrittenAt { get; init; }

    /// <summary>How long ago that is, in seconds. Old is well as long as nothing is pending.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Streams remembered.</summary>
    public int Streams { get; init; }

    /// <summary>Streams whose latest state is not on disk yet.</summary>
    public int PendingStreams { get; init; }
}

/// <summary>One flow.</summary>
internal sealed record FlowStatus
{
    /// <summary>Its name.</summary>
    public required string Flow { get; init; }

    /// <summary>Where it ships to.</summary>
    public required string Destination { get; init; }

    /// <summary>ok or degraded; unknown when no service runs.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is degraded, with what to do; null when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>In how many seconds the next call is made, while the service takes none; null otherwise.</summary>
    public double? NextTrySeconds { get; init; }

    /// <summary>Bytes in its files that are not settled.</summary>
    public required long LagBytes { get; init; }

    /// <summary>Age of the oldest byte that is neither accepted nor set aside, in seconds; null when no service runs.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>What it does in a second, over the last ten; null when no service runs.</summary>
    public FlowRates? Rates { get; init; }

    /// <summary>In how many seconds the lag is gone at the present rates; null when there is none, or it does not shrink.</summary>
    public double? CatchUpSeconds { get; init; }

    /// <summary>Billed bytes for each accepted byte; null before the first.</summary>
    public double? BilledPerRaw { get; init; }

    /// <summary>Every figure of the metrics log, by its name there; empty when no service runs.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; set; } = new Dictionary<string, double>();

    /// <summary>What calls and records were refused with: how often, by code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; set; } = new Dictionary<string, long>();

    /// <summary>What each step of its processing did since the start; empty where it has none, or no service runs.</summary>
    public IReadOnlyList<StepStatus> Processing { get; set; } = [];

    /// <summary>A figure of the metrics log; 0 when it is not there.</summary>
    public double Figure(string name) => Figures.GetValueOrDefault(name);
}

/// <summary>One step of a flow's processing; numbers are records.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Matched">Converted, or passed.</param>
/// <param name="Unmatched">Could not be converted.</param>
/// <param name="Filtered">Left out as its rule says.</param>
/// <param name="Dropped">Of the unmatched, those that were not sent.</param>
/// <param name="InvalidText">With bytes that are not UTF-8.</param>
internal sealed record StepStatus(string Type, long Matched, long Unmatched, long Filtered, long Dropped, long InvalidText);

/// <summary>One file.</summary>
internal sealed record FileStatus
{
    /// <summary>The flow that tails it.</summary>
    public required string Flow { get; init; }

    /// <summary>Where it was last seen.</summary>
    public required string Path { get; init; }

    /// <summary>Its stream's number.</summary>
    public required long Stream { get; init; }

    /// <summary>How far it is in its life.</summary>
    public required string State { get; init; }

    /// <summary>Its size when last read.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>How far it is settled without a gap.</summary>
    public required long CommittedBytes { get; init; }

    /// <summary>Bytes not settled.</summary>
    public required long LagBytes { get; init; }

    /// <summary>When this was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The share of it that is settled, from 0 to 1; 1 of an empty file.</summary>
    public double Done() => SizeBytes == 0 ? 1 : (double)CommittedBytes / SizeBytes;

    /// <summary>
    /// Without files that are done and whose path another file has by now: streams that rotated away are of interest only while something
    /// of them is left.
    /// </summary>
    public static List<FileStatus> OnePerPath(IEnumerable<FileStatus> files)
    {
        var all = files.ToList();
        var newest = all.GroupBy(file => (file.Flow, file.Path)).ToDictionary(path => path.Key, path => path.Max(file => file.Stream));
        return [.. all.Where(file => file.LagBytes > 0 || file.Stream == newest[(file.Flow, file.Path)])];
    }

    /// <summary>What the checkpoints say, with <paramref name="size"/> where that is known better.</summary>
    public static FileStatus Of(StreamCheckpoint stream, long? size = null)
    {
        var known = Math.Max(stream.Committed, size ?? stream.Size);
        return new FileStatus
        {
            Flow = stream.Flow,
            Path = stream.Path,
            Stream = stream.Stream.Number,
            State = stream.State.ToString(),
            SizeBytes = known,
            CommittedBytes = stream.Committed,
            LagBytes = known - stream.Committed,
            RecordedAt = stream.At,
        };
    }
}

/// <summary>The status document as JSON.</summary>
internal static class StatusJson
{
    /// <summary>Writes it.</summary>
    public static string Write(StatusDocument status) =>
        VisibleText.OfJson(JsonSerializer.Serialize(status, StatusDocumentJson.Output.StatusDocument));

    /// <summary>Reads it; unknown fields are passed over.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static StatusDocument Read(string json) =>
        JsonSerializer.Deserialize(json, StatusDocumentJson.Output.StatusDocument) ?? throw new JsonException("it is null");
}

/// <summary>How its members are read and written.</summary>
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusDocumentJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static StatusDocumentJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}
