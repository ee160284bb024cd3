using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>Makes definitions of the streams in the configuration.</summary>
internal static class ConfiguredStreams
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>The definition of a stream; its limits are not checked.</summary>
    public static StreamDefinition Definition(StreamOptions stream, DateTimeOffset now) => new(
        stream.Name,
        $"arn:aws:firehose:{DefaultRegion}:{Errors.AccountId}:deliverystream/{stream.Name}",
        Version: 1,
        now,
        UpdatedAt: null,
        Destination(stream),
        new SortedDictionary<string, string>(StringComparer.Ordinal))
    {
        Source = string.IsNullOrEmpty(stream.KinesisStream) ? null : new KinesisSource(
            $"arn:aws:kinesis:{DefaultRegion}:{Errors.AccountId}:stream/{stream.KinesisStream}",
            Streams.Destination.DefaultRoleArn),
    };

    private static Destination Destination(StreamOptions stream) => new(
        Streams.Destination.DefaultRoleArn,
        stream.Bucket,
        stream.Prefix,
        stream.ErrorOutputPrefix,
        stream.Compression,
        stream.BufferSizeMiB,
        stream.BufferSeconds)
    {
        IsPartitioned = stream.DynamicPartitioning,
        Processing = Processing(stream),
    };

    private static ProcessingSettings? Processing(StreamOptions stream)
    {
        var function = string.IsNullOrEmpty(stream.Function) ? null : new FunctionSettings(
            stream.Function, (decimal)stream.FunctionBufferSizeMiB, stream.FunctionBufferSeconds, stream.FunctionRetries);
        var query = string.IsNullOrEmpty(stream.PartitionQuery) ? null : stream.PartitionQuery;
        return function is null && query is null && !stream.AppendNewline
            ? null
            : new ProcessingSettings(function, query, stream.AppendNewline);
    }
}
