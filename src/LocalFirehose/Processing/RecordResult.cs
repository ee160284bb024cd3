namespace Shipper.LocalFirehose.Processing;

/// <summary>What a function made of a record.</summary>
/// <param name="Data">Its bytes; null if it is not to be delivered.</param>
/// <param name="PartitionKeys">The partition keys that the function gave it.</param>
/// <param name="Failure">Why it could not be processed; null if it was, or if it was dropped.</param>
internal sealed record RecordResult(
    ReadOnlyMemory<byte>? Data, IReadOnlyDictionary<string, string> PartitionKeys, RecordFailure? Failure)
{
    private static readonly Dictionary<string, string> NoKeys = [];

    /// <summary>It was left out on purpose.</summary>
    public static readonly RecordResult Dropped = new(null, NoKeys, null);

    /// <summary>It is delivered.</summary>
    public static RecordResult Ok(ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string>? partitionKeys = null) =>
        new(data, partitionKeys ?? NoKeys, null);

    /// <summary>It goes to the error prefix.</summary>
    public static RecordResult Failed(string code, string message, int attempts = 1) =>
        new(null, NoKeys, new RecordFailure(code, message, attempts));
}

/// <summary>Why a record could not be processed.</summary>
/// <param name="Code">The code of Firehose.</param>
/// <param name="Message">For people.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record RecordFailure(string Code, string Message, int Attempts);
