namespace Shipper.LocalFirehose.Protocol;

/// <summary>The supported operations.</summary>
internal enum Operation
{
    /// <summary>Stores one record.</summary>
    PutRecord,

    /// <summary>Stores up to 500 records.</summary>
    PutRecordBatch,

    /// <summary>Creates a stream.</summary>
    CreateDeliveryStream,

    /// <summary>Deletes a stream.</summary>
    DeleteDeliveryStream,

    /// <summary>Describes a stream.</summary>
    DescribeDeliveryStream,

    /// <summary>Lists the names of streams.</summary>
    ListDeliveryStreams,

    /// <summary>Changes a stream's destination.</summary>
    UpdateDestination,

    /// <summary>Adds or replaces tags.</summary>
    TagDeliveryStream,

    /// <summary>Removes tags.</summary>
    UntagDeliveryStream,

    /// <summary>Lists tags.</summary>
    ListTagsForDeliveryStream,
}

/// <summary>The header <c>X-Amz-Target</c>.</summary>
internal static class Target
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-Amz-Target";

    private const string Prefix = "Firehose_20150804.";

    /// <summary>Parses the header; false unless <paramref name="target"/> is a supported operation.</summary>
    public static bool TryParse(string? target, out Operation operation)
    {
        operation = default;
        if (target is null || !target.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var name = target.AsSpan(Prefix.Length);
        return name switch
        {
            "PutRecordBatch" => Found(Operation.PutRecordBatch, out operation),
            "PutRecord" => Found(Operation.PutRecord, out operation),
            // Enum.TryParse alone would also accept numbers and comma-separated lists.
            _ => !name.ContainsAnyExceptInRange('A', 'z') && Enum.TryParse(name, ignoreCase: false, out operation),
        };
    }

    private static bool Found(Operation found, out Operation operation)
    {
        operation = found;
        return true;
    }
}
