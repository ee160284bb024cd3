using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Why a path is or is not tailed. Its JSON form is what <c>explain --json</c> prints.</summary>
internal sealed record Explanation
{
    /// <summary>The configuration that this is said by.</summary>
    public ConfigurationInUse? Configuration { get; init; }

    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>True when a flow ships it, or would as soon as it runs; null when that cannot be determined.</summary>
    public required bool? Tailed { get; init; }

    /// <summary>The answer in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The file as it is now; null when it could not be accessed.</summary>
    public ExplainedFile? File { get; init; }

    /// <summary>Process id of the service that holds the state directory; null when none does.</summary>
    public int? ServicePid { get; init; }

    /// <summary>Every configured flow, in order.</summary>
    public required IReadOnlyList<ExplainedFlow> Flows { get; init; }

    /// <summary>What else is worth knowing, for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What one flow has to do with a file.</summary>
internal sealed record ExplainedFlow
{
    /// <summary>Its name.</summary>
    public required string Flow { get; init; }

    /// <summary>The delivery stream that it ships to; null where that is a Kinesis stream.</summary>
    public required string? DeliveryStream { get; init; }

    /// <summary>The Kinesis stream that it ships to; null where that is a delivery stream.</summary>
    public string? KinesisStream { get; init; }

    /// <summary>The pattern that names the path; null when none does.</summary>
    public string? Pattern { get; init; }

    /// <summary>When none does: the nearest pattern and what does not fit.</summary>
    public string? Miss { get; init; }

    /// <summary>When one does but the flow leaves the path out: the exclusion.</summary>
    public string? ExcludedBy { get; init; }

    /// <summary>How the file and the journal belong together, as a <see cref="RecognitionKind"/>.</summary>
    public string? Recognition { get; init; }

    /// <summary>The stream's number; null when no stream is known to be in it.</summary>
    public long? Stream { get; init; }

    /// <summary>How far the stream is in its life.</summary>
    public string? State { get; init; }

    /// <summary>Where the journal last saw it.</summary>
    public string? StreamPath { get; init; }

    /// <summary>Everything before this offset is acknowledged or in the dead letters.</summary>
    public long? CommittedBytes { get; init; }

    /// <summary>Bytes of the file beyond that.</summary>
    public long? LagBytes { get; init; }

    /// <summary>When the journal last recorded it, UTC.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Bytes of it in the dead letters.</summary>
    public long DeadLetterBytes { get; init; }

    /// <summary>What is in the way; empty when nothing is.</summary>
    public IReadOnlyList<ExplainedBlock> BlockedBy { get; init; } = [];
}

/// <summary>One thing that keeps a file, or the rest of it, from being acknowledged.</summary>
/// <param name="Code">For programs; see docs/operations.md.</param>
/// <param name="Text">For people, with what to do.</param>
internal sealed record ExplainedBlock(string Code, string Text)
{
    /// <summary>Complete lines that are not acknowledged yet, as there always are while a file is written.</summary>
    public const string Unread = "unread";
}

/// <summary>A file as it is now.</summary>
/// <param name="Device">As MAJOR:MINOR on Linux, the volume's serial number on Windows.</param>
/// <param name="Inode">Inode number, or 128-bit file id on Windows.</param>
/// <param name="Born">What tells two files apart that bore one inode one after the other; null where the file system keeps no birth
/// time.</param>
/// <param name="SizeBytes">Length.</param>
/// <param name="Modified">Last modification, UTC.</param>
internal sealed record ExplainedFile(string Device, string Inode, DateTimeOffset? Born, long SizeBytes, DateTimeOffset Modified);

/// <summary>Its JSON form.</summary>
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static ExplanationJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}
