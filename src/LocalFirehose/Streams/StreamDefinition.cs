using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>What is known about a stream and kept across restarts.</summary>
/// <param name="Name">The name.</param>
/// <param name="Arn">The ARN.</param>
/// <param name="Version">Starts at 1 and counts changes of the destination.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its destination last changed, UTC; null when never.</param>
/// <param name="Destination">Where its records go.</param>
/// <param name="Tags">Its tags, in the order of their keys.</param>
internal sealed record StreamDefinition(
    string Name,
    string Arn,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt,
    Destination Destination,
    SortedDictionary<string, string> Tags);

/// <summary>An S3 destination.</summary>
/// <param name="RoleArn">The role Firehose would assume; kept, not used.</param>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">The object prefix; null for none.</param>
/// <param name="ErrorOutputPrefix">The error prefix; null for none.</param>
/// <param name="Compression">How objects are written.</param>
/// <param name="BufferSizeMiB">MiB before compression that fill an object; 1–128.</param>
/// <param name="BufferSeconds">Age of the first record that closes an object; 0–900.</param>
internal sealed record Destination(
    string RoleArn,
    string Bucket,
    string? Prefix,
    string? ErrorOutputPrefix,
    Compression Compression,
    int BufferSizeMiB,
    int BufferSeconds)
{
    /// <summary>The role of streams that the configuration creates.</summary>
    public const string DefaultRoleArn = "arn:aws:iam::000000000000:role/local-firehose";

    /// <summary>Throws the <see cref="ServiceException"/> of the first limit that is broken.</summary>
    public void Validate(DateTimeOffset now)
    {
        CheckRange(BufferSizeMiB, Limits.MinBufferSizeMiB, Limits.MaxBufferSizeMiB, "sizeInMBs");
        CheckRange(BufferSeconds, Limits.MinBufferSeconds, Limits.MaxBufferSeconds, "intervalInSeconds");
        _ = DestinationPrefixes.Parse(Prefix, ErrorOutputPrefix, now);
    }

    private static void CheckRange(int value, int least, int most, string member)
    {
        if (value < least || value > most)
        {
            var constraint = value < least ? $"greater than or equal to {least}" : $"less than or equal to {most}";
            throw new ServiceException(Errors.Constraint($"{value}", $"s3DestinationConfiguration.bufferingHints.{member}", $"Member must have value {constraint}"));
        }
    }
}
