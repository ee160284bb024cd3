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
