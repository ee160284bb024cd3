using System.Text;
using Shipper.ChangeCapture;
using Shipper.OrderLake.Raw;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// Reads the changes of a DynamoDB table in the envelope of its stream, by the same rules as the function of a delivery stream.
/// </summary>
/// <param name="table">The table whose changes are wanted; null for all.</param>
internal sealed class ChangeConversion(string? table) : IRecordConversion
{
    /// <inheritdoc/>
    public IReadOnlyList<string> EnvelopeMembers { get; } =
    [
        ChangeRecord.EnvelopeMember, "awsRegion", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion", "recordFormat",
        "tableName", "userIdentity",
    ];

    /// <inheritdoc/>
    public string? Convert(RecordFields fields)
    {
        if (fields.Any)
        {
            return null; // it is flat, and only names its table, too
        }

        var outcome = ChangeRecord.Read(fields.Whole, table);
        if (outcome.Change is not { } change)
        {
            return outcome.Reason;
        }

        string?[] values =
            [change.OrderId, change.ProductName, change.Quantity, change.Price, change.EventType, change.Created];
        for (var index = 0; index < values.Length; index++)
        {
            if (values[index]?.Contains('\0', StringComparison.Ordinal) == true)
            {
                return "nul_character";
            }

            fields.Set(index, values[index] is { } value ? Encoding.UTF8.GetBytes(value) : (ReadOnlyMemory<byte>?)null);
        }

        return null;
    }
}
