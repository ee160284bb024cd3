using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>The definition of a stream, kept across restarts.</summary>
/// <param name="Name">The name.</param>
/// <param name="Arn">The ARN.</param>
/// <param name="Version">Starts at 1, increased with every change of the destination.</param>
/// <param name="CreatedAt">Time of creation, UTC.</param>
/// <param name="UpdatedAt">Time of the last change of the destination, UTC; null if none.</param>
/// <param name="Destination">Destination of the records.</param>
/// <param name="Tags">Tags, sorted by key.</param>
internal sealed record StreamDefinition(
    string Name,
    string Arn,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt,
    Destination Destination,
    SortedDictionary<string, string> Tags)
{
    /// <summary>The Kinesis data stream that it reads; null if records come by calls.</summary>
    public KinesisSource? Source { get; init; }
}

/// <summary>An S3 destination.</summary>
/// <param name="RoleArn">The role that Firehose would assume; stored, but not used.</param>
/// <param name="Bucket">Name of the bucket.</param>
/// <param name="Prefix">The object prefix; null for none.</param>
/// <param name="ErrorOutputPrefix">The error prefix; null for none.</param>
/// <param name="Compression">Compression of the objects.</param>
/// <param name="BufferSizeMiB">Size before compression at which an object is complete, in MiB; 1–128.</param>
/// <param name="BufferSeconds">Age of its first record at which an object is complete, in seconds; 0–900.</param>
internal sealed partial record Destination(
    string RoleArn,
    string Bucket,
    string? Prefix,
    string? ErrorOutputPrefix,
    Compression Compression,
    int BufferSizeMiB,
    int BufferSeconds)
{
    // Amazon Data Firehose API reference, ExtendedS3DestinationConfiguration.
    private const int MaxExtension = 128;
    private const int MaxZone = 50;

    /// <summary>The role of streams created from the configuration.</summary>
    public const string DefaultRoleArn = "arn:aws:iam::000000000000:role/local-firehose";

    /// <summary>Replaces the extension that the compression gives, for example <c>.json</c>; null or empty for that one.</summary>
    public string? FileExtension { get; init; }

    /// <summary>The time zone of the times in object keys, for example <c>Asia/Tokyo</c>; null or empty for UTC.</summary>
    public string? CustomTimeZone { get; init; }

    /// <summary>What is done with records before they are delivered; null for nothing.</summary>
    public ProcessingSettings? Processing { get; init; }

    /// <summary>Whether the prefix has partition keys of the records (dynamic partitioning).</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>Whether records wait to be processed before they are delivered.</summary>
    [JsonIgnore]
    public bool IsProcessed => Processing is not null || IsPartitioned;

    /// <summary>The end of every object's key.</summary>
    public string Extension =>
        !string.IsNullOrEmpty(FileExtension) ? FileExtension : Compression == Compression.Gzip ? ".gz" : "";

    /// <summary><paramref name="moment"/> on a clock in the destination's time zone, without its offset.</summary>
    public DateTimeOffset ClockTime(DateTimeOffset moment) => string.IsNullOrEmpty(CustomTimeZone)
        ? moment.ToUniversalTime()
        : new DateTimeOffset(
            TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(CustomTimeZone)).DateTime, TimeSpan.Zero);

    /// <summary>Checks all limits.</summary>
    /// <exception cref="ServiceException">The first limit that is violated.</exception>
    public void Validate(DateTimeOffset now)
    {
        CheckRange(BufferSizeMiB, Limits.MinBufferSizeMiB, Limits.MaxBufferSizeMiB, "sizeInMBs");
        CheckRange(BufferSeconds, Limits.MinBufferSeconds, Limits.MaxBufferSeconds, "intervalInSeconds");
        CheckPattern(FileExtension, ExtensionPattern(), "fileExtension", MaxExtension);
        CheckPattern(CustomTimeZone, ZonePattern(), "customTimeZone", MaxZone);
        if (!string.IsNullOrEmpty(CustomTimeZone) && !TimeZoneInfo.TryFindSystemTimeZoneById(CustomTimeZone, out _))
        {
            throw new ServiceException(Errors.InvalidArgument(
                $"CustomTimeZone {CustomTimeZone} is not known on this machine; use the name of a zone, for example Asia/Tokyo."));
        }

        Processing?.Validate();
        ValidateKeys(DestinationPrefixes.Parse(Prefix, ErrorOutputPrefix, ClockTime(now), IsPartitioned));
    }

    private void ValidateKeys(DestinationPrefixes prefixes)
    {
        if (IsPartitioned && BufferSizeMiB < Limits.MinPartitionedBufferSizeMiB)
        {
            throw new ServiceException(Errors.InvalidArgument(
                $"BufferingHints.SizeInMBs must be at least {Limits.MinPartitionedBufferSizeMiB} when Dynamic Partitioning is enabled."));
        }

        if (prefixes.FunctionKeys.Count > 0 && Processing?.Function is null)
        {
            throw new ServiceException(Errors.InvalidArgument(
                "Prefix contains !{partitionKeyFromLambda:…}, which needs a Lambda processor."));
        }

        var given = Processing?.PartitionQuery is { } query ? PartitionQuery.Parse(query).Keys.ToHashSet() : [];
        if (prefixes.QueryKeys.Where(key => !given.Contains(key)).ToList() is { Count: > 0 } missing)
        {
            throw new ServiceException(Errors.InvalidArgument(
                $"Prefix contains !{{partitionKeyFromQuery:{missing[0]}}}, and no MetadataExtractionQuery gives {missing[0]}."));
        }

        if (Processing?.PartitionQuery is not null && !IsPartitioned)
        {
            throw new ServiceException(Errors.InvalidArgument(
                "A MetadataExtraction processor needs dynamic partitioning, which is not enabled."));
        }
    }

    private static void CheckPattern(string? value, Regex pattern, string member, int max)
    {
        var path = $"extendedS3DestinationConfiguration.{member}";
        if (value?.Length > max)
        {
            throw new ServiceException(
                Errors.Constraint(value, path, $"Member must have length less than or equal to {max}"));
        }

        if (value is not null && !pattern.IsMatch(value))
        {
            throw new ServiceException(Errors.Constraint(
                value, path, $"Member must satisfy regular expression pattern: {pattern}"));
        }
    }

    private static void CheckRange(int value, int min, int max, string member)
    {
        if (value < min || value > max)
        {
            var path = $"s3DestinationConfiguration.bufferingHints.{member}";
            var constraint = value < min ? $"greater than or equal to {min}" : $"less than or equal to {max}";
            throw new ServiceException(Errors.Constraint($"{value}", path, $"Member must have value {constraint}"));
        }
    }

    [GeneratedRegex(@"^(|\.[0-9a-z!\-_.*'()]+)\z")]
    private static partial Regex ExtensionPattern();

    [GeneratedRegex(@"^(|[a-zA-Z/_]+)\z")]
    private static partial Regex ZonePattern();
}
