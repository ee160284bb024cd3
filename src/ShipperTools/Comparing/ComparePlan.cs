using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.DeliveryProof.Lines;
using Shipper.RecordProcessing;

namespace Shipper.ShipperTools.Comparing;

/// <summary>
/// What <c>tailshipper verify</c> asks for, as JSON on standard input; a member that is not known is an error. It holds no secrets:
/// credentials for S3 come from the AWS SDK's usual places.
/// </summary>
/// <remarks>What is optional can be set: the JSON generator would set what can only be initialized to null where it is missing.</remarks>
internal sealed record ComparePlan
{
    /// <summary>The only version there is.</summary>
    public const int KnownVersion = 1;

    /// <summary>Version of this form.</summary>
    public required int Version { get; init; }

    /// <summary>What was delivered: a directory or <c>s3://bucket/prefix</c>.</summary>
    public required string Delivered { get; init; }

    /// <summary>Other objects in place of files; null where files are compared.</summary>
    public string? Against { get; set; }

    /// <summary>Only objects written then or later; null for all.</summary>
    public DateTimeOffset? From { get; set; }

    /// <summary>Only objects written then or earlier; null for all.</summary>
    public DateTimeOffset? To { get; set; }

    /// <summary>Another S3 than AWS's.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region of S3; null for the SDK's.</summary>
    public string? Region { get; set; }

    /// <summary>Where hashes are written that do not fit into memory; null for the usual place.</summary>
    public string? WorkDirectory { get; set; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; set; }

    /// <summary>Members that are printed first, as they are.</summary>
    public JsonElement? Heading { get; set; }

    /// <summary>The flows.</summary>
    public IReadOnlyList<string> Flows { get; set; } = [];

    /// <summary>Their files.</summary>
    public IReadOnlyList<SourceFile> Sources { get; set; } = [];

    /// <summary>The steps that a flow's records pass, by its name; flows that send them as they are have none.</summary>
    public Dictionary<string, JsonElement> Processing { get; set; } = [];

    /// <summary>Streams of which something is acknowledged, and whose file is not there any more.</summary>
    public int StreamsWithoutFile { get; set; }

    /// <summary>What is acknowledged of them.</summary>
    public long BytesWithoutFile { get; set; }

    /// <summary>Bytes that are acknowledged because they are dead letters; they are not compared.</summary>
    public long DeadLetterBytes { get; set; }

    /// <summary>What cannot be determined.</summary>
    public IReadOnlyList<PlanProblem> Problems { get; set; } = [];

    /// <summary>The steps of a flow; null where its records are sent as they are.</summary>
    /// <exception cref="JsonException">They are none.</exception>
    public IReadOnlyList<ProcessingOptions>? StepsOf(string flow) => Processing.TryGetValue(flow, out var steps)
        ? steps.Deserialize(ProcessingOptionsJson.Default.ListProcessingOptions)
        : null;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ComparePlan Read(Stream input) =>
        JsonSerializer.Deserialize(input, ComparePlanJson.Default.ComparePlan) is not { Version: KnownVersion } plan
            ? throw new JsonException($"the plan has another version than {KnownVersion}")
            : plan.Sources.Any(source => source is not { Flow: not null, Path: not null })
                ? throw new JsonException("a source of the plan has no flow or no path")
                : plan;
}

/// <summary>What cannot be determined, or is wrong.</summary>
/// <param name="Name">The file, object or place.</param>
/// <param name="Text">What is wrong with it.</param>
internal sealed record PlanProblem(string Name, string Text);

/// <summary>Its JSON form.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ComparePlan))]
internal sealed partial class ComparePlanJson : JsonSerializerContext;
