using System.Buffers;
using System.Buffers.Text;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>Writes the responses to PutRecord and PutRecordBatch by copying bytes; nothing in them needs escaping.</summary>
internal static class PutResponse
{
    private static ReadOnlySpan<byte> IdOpen => "{\"RecordId\":\""u8;

    private static ReadOnlySpan<byte> FailedRecord =>
        "{\"ErrorCode\":\"ServiceUnavailableException\",\"ErrorMessage\":\"Slow down.\"}"u8;

    /// <summary>Writes the response to PutRecordBatch.</summary>
    /// <param name="output">Receives the whole body at once.</param>
    /// <param name="failed">Whether each record failed; not used if none did.</param>
    /// <param name="count">Number of records in the call.</param>
    /// <param name="failedCount">Number of failed records.</param>
    /// <param name="ids">Generates the ids of the other records.</param>
    public static void WriteBatch(IBufferWriter<byte> output, ReadOnlySpan<bool> failed, int count, int failedCount, RecordIds ids)
    {
        var span = output.GetSpan(BatchLength(count, failedCount));
        var number = ids.Reserve(count - failedCount);
        var at = Copy("{\"FailedPutCount\":"u8, span, 0);
        Utf8Formatter.TryFormat(failedCount, span[at..], out var digits);
        at = Copy(",\"Encrypted\":false,\"RequestResponses\":["u8, span, at + digits);
        for (var index = 0; index < count; index++)
        {
            if (index > 0)
            {
                span[at++] = (byte)',';
            }

            if (failedCount > 0 && failed[index])
            {
                at = Copy(FailedRecord, span, at);
                continue;
            }

            at = Copy(IdOpen, span, at);
            ids.Write(span[at..], number++);
            at = Copy("\"}"u8, span, at + RecordIds.Length);
        }

        output.Advance(Copy("]}"u8, span, at));
    }

    /// <summary>The exact number of bytes that <see cref="WriteBatch"/> writes.</summary>
    public static int BatchLength(int count, int failedCount) =>
        "{\"FailedPutCount\":,\"Encrypted\":false,\"RequestResponses\":[]}".Length
        + (failedCount >= 100 ? 3 : failedCount >= 10 ? 2 : 1)
        + Math.Max(0, count - 1)
        + (failedCount * FailedRecord.Length)
        + ((count - failedCount) * (IdOpen.Length + RecordIds.Length + 2));

    /// <summary>Writes the response to PutRecord.</summary>
    public static void WriteSingle(IBufferWriter<byte> output, RecordIds ids)
    {
        var span = output.GetSpan(SingleLength);
        var at = Copy(IdOpen, span, 0);
        ids.Write(span[at..], ids.Reserve(1));
        output.Advance(Copy("\",\"Encrypted\":false}"u8, span, at + RecordIds.Length));
    }

    /// <summary>The exact number of bytes that <see cref="WriteSingle"/> writes.</summary>
    public static int SingleLength => IdOpen.Length + RecordIds.Length + "\",\"Encrypted\":false}".Length;

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> destination, int at)
    {
        source.CopyTo(destination[at..]);
        return at + source.Length;
    }
}
