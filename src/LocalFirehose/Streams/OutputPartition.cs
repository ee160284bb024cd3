namespace Shipper.LocalFirehose.Streams;

/// <summary>Which objects of a stream a record goes to: those with its partition keys, or those of failed records.</summary>
/// <param name="isFailed">Whether it is for records that could not be processed.</param>
/// <param name="fromQuery">The values of <c>!{partitionKeyFromQuery:…}</c>.</param>
/// <param name="fromFunction">The values of <c>!{partitionKeyFromLambda:…}</c>.</param>
internal sealed class OutputPartition(
    bool isFailed, IReadOnlyDictionary<string, string> fromQuery, IReadOnlyDictionary<string, string> fromFunction)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The objects of a stream without partition keys.</summary>
    public static readonly OutputPartition Whole = new(false, None, None);

    /// <summary>The objects of failed records.</summary>
    public static readonly OutputPartition Failed = new(true, None, None);

    /// <summary>Whether it is for records that could not be processed.</summary>
    public bool IsFailed => isFailed;

    /// <summary>Equal partitions have equal ids.</summary>
    public string Id { get; } = isFailed ? "failed" : string.Join('\n', [.. Pairs("q", fromQuery), .. Pairs("f", fromFunction)]);

    /// <summary>The value of a key from the query; null if it has none.</summary>
    public string? FromQuery(string key) => fromQuery.GetValueOrDefault(key);

    /// <summary>The value of a key from the function; null if it has none.</summary>
    public string? FromFunction(string key) => fromFunction.GetValueOrDefault(key);

    // Values may have any character: each part says how long it is.
    private static IEnumerable<string> Pairs(string kind, IReadOnlyDictionary<string, string> values) =>
        values.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{kind}{pair.Key.Length}:{pair.Key}={pair.Value.Length}:{pair.Value}");
}
