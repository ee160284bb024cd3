using System.Text.Json;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Reads and writes S3DestinationConfiguration, its Extended variant, their updates and descriptions.</summary>
internal static class DestinationShape
{
    /// <summary>The id of the only destination.</summary>
    public const string DestinationId = "destinationId-000000000001";

    private static readonly string[] OtherDestinations =
    [
        "AmazonOpenSearchServerlessDestination", "AmazonopensearchserviceDestination", "ElasticsearchDestination",
        "HttpEndpointDestination", "IcebergDestination", "RedshiftDestination", "SnowflakeDestination", "SplunkDestination",
    ];


    /// <summary>Reads the destination of CreateDeliveryStream.</summary>
    public static Destination Read(JsonInput input)
    {
        var shape = Find(input, "Configuration");
        var roleArn = shape.Text("RoleARN")
            ?? throw new ServiceException(Errors.Constraint(null, "s3DestinationConfiguration.roleARN", "Member must not be null"));
        return Merge(shape, new Destination(
            roleArn,
            BucketName.FromArn(shape.Text("BucketARN")),
            null,
            null,
            Compression.Uncompressed,
            Limits.DefaultBufferSizeMiB,
            Limits.DefaultBufferSeconds));
    }

    /// <summary>Reads the update of UpdateDestination; missing members stay unchanged.</summary>
    public static Destination ReadUpdate(JsonInput input, Destination current) => Merge(Find(input, "Update"), current);

    /// <summary>Writes a description; the variants differ in one member only.</summary>
    public static void Write(Utf8JsonWriter json, Destination destination, bool extended)
    {
        json.WriteStartObject();
        json.WriteString("RoleARN", destination.RoleArn);
        json.WriteString("BucketARN", $"arn:aws:s3:::{destination.Bucket}");
        json.WriteString("Prefix", destination.Prefix ?? "");
        if (destination.ErrorOutputPrefix is not null)
        {
            json.WriteString("ErrorOutputPrefix", destination.ErrorOutputPrefix);
        }

        json.WriteStartObject("BufferingHints");
        json.WriteNumber("SizeInMBs", destination.BufferSizeMiB);
        json.WriteNumber("IntervalInSeconds", destination.BufferSeconds);
        json.WriteEndObject();
        json.WriteString("CompressionFormat", destination.Compression == Compression.Gzip ? "GZIP" : "UNCOMPRESSED");
        json.WriteStartObject("EncryptionConfiguration");
        json.WriteString("NoEncryptionConfig", "NoEncryption");
        json.WriteEndObject();
        json.WriteStartObject("CloudWatchLoggingOptions");
        json.WriteBoolean("Enabled", false);
        json.WriteEndObject();
        if (extended)
        {
            json.WriteString("S3BackupMode", "Disabled");
            WriteIfSet(json, "FileExtension", destination.FileExtension);
            WriteIfSet(json, "CustomTimeZone", destination.CustomTimeZone);
            ProcessingShape.Write(json, destination);
        }

        json.WriteEndObject();
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static JsonInput Find(JsonInput input, string suffix)
    {
        foreach (var other in OtherDestinations.Where(other => input.Has(other + suffix)))
        {
            throw Invalid($"{other}{suffix} is not supported; use ExtendedS3Destination{suffix}.");
        }

        var (plain, extended) = (input.Nested("S3Destination" + suffix), input.Nested("ExtendedS3Destination" + suffix));
        return (plain, extended) switch
        {
            ({ }, { }) => throw Invalid("Exactly one destination configuration is supported for a Firehose"),
            ({ } shape, null) when shape.Has("ProcessingConfiguration") || shape.Has("DynamicPartitioningConfiguration") => throw Invalid(
                $"S3Destination{suffix} has no ProcessingConfiguration and no DynamicPartitioningConfiguration; "
                + $"use ExtendedS3Destination{suffix}."),
            ({ } shape, null) => shape,
            (null, { } shape) => shape,
            _ => throw Invalid("Exactly one destination configuration is supported for a Firehose"),
        };
    }

    private static Destination Merge(JsonInput shape, Destination current)
    {
        // It is on when its configuration does not say so. Ignoring it would deliver something other than what was requested.
        if (shape.Nested("DataFormatConversionConfiguration")?.Flag("Enabled", otherwise: true) == true)
        {
            throw Invalid("DataFormatConversionConfiguration is not supported.");
        }

        var hints = shape.Nested("BufferingHints");
        if (hints is { } given && (given.Number("SizeInMBs") is null) != (given.Number("IntervalInSeconds") is null))
        {
            throw Invalid("BufferingHints must contain both SizeInMBs and IntervalInSeconds, or neither.");
        }

        return current with
        {
            RoleArn = shape.Text("RoleARN") ?? current.RoleArn,
            Bucket = shape.Has("BucketARN") ? BucketName.FromArn(shape.Text("BucketARN")) : current.Bucket,
            Prefix = shape.Text("Prefix") ?? current.Prefix,
            ErrorOutputPrefix = shape.Text("ErrorOutputPrefix") ?? current.ErrorOutputPrefix,
            Compression = ReadCompression(shape.Text("CompressionFormat"), current.Compression),
            BufferSizeMiB = hints?.Number("SizeInMBs") ?? current.BufferSizeMiB,
            BufferSeconds = hints?.Number("IntervalInSeconds") ?? current.BufferSeconds,
            FileExtension = shape.Text("FileExtension") ?? current.FileExtension,
            CustomTimeZone = shape.Text("CustomTimeZone") ?? current.CustomTimeZone,
            IsPartitioned = shape.Nested("DynamicPartitioningConfiguration")?.Flag("Enabled") ?? current.IsPartitioned,
            Processing = ProcessingShape.Read(shape, current.Processing),
        };
    }

    private static Compression ReadCompression(string? format, Compression current) => format switch
    {
        null => current,
        "UNCOMPRESSED" => Compression.Uncompressed,
        "GZIP" => Compression.Gzip,
        "ZIP" or "Snappy" or "HADOOP_SNAPPY" => throw Invalid($"CompressionFormat {format} is not supported; use GZIP or UNCOMPRESSED."),
        _ => throw new ServiceException(Errors.Constraint(
            format,
            "s3DestinationConfiguration.compressionFormat",
            "Member must satisfy enum value set: [GZIP, HADOOP_SNAPPY, Snappy, UNCOMPRESSED, ZIP]")),
    };

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));
}
