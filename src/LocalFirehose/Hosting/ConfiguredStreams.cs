using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Configuration;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>Creates the streams that the configuration lists.</summary>
internal static class ConfiguredStreams
{
    private const string Region = "us-east-1";

    /// <summary>Creates each stream that does not exist; one that exists keeps its destination and version.</summary>
    public static void Create(IEnumerable<StreamOptions> configured, StreamRegistry streams, TimeProvider time, ILogger logger)
    {
        foreach (var stream in configured.Where(stream => !streams.TryFind(stream.Name, out _)))
        {
            streams.Create(new StreamDefinition(
                stream.Name,
                $"arn:aws:firehose:{Region}:{Errors.AccountId}:deliverystream/{stream.Name}",
                1,
                time.GetUtcNow(),
                null,
                new Destination(
                    Destination.DefaultRoleArn, stream.Bucket, stream.Prefix, stream.ErrorOutputPrefix, stream.Compression, stream.BufferSizeMiB, stream.BufferSeconds),
                new SortedDictionary<string, string>(StringComparer.Ordinal)));
            Log.StreamCreated(logger, stream.Name);
        }
    }
}
