using System.Text;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// Reads a PutRecordBatch body of the one shape that compact serialisers write,
/// <c>{"DeliveryStreamName":"x","Records":[{"Data":"…"},…]}</c>, with one vectorised search per record. Any other body
/// is <see cref="PutJson"/>'s; on bodies that both understand they agree.
/// </summary>
internal static class BatchScan
{
    /// <summary>True when the body has exactly the shape; false leaves <paramref name="request"/> half filled, for the caller to clear.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, PutRequest request)
    {
        var head = "{\"DeliveryStreamName\":\""u8;
        var list = "\",\"Records\":["u8;
        var open = "{\"Data\":\""u8;
        if (!body.StartsWith(head))
        {
            return false;
        }

        var rest = body[head.Length..];
        var end = rest.IndexOf((byte)'"');
        // A name that breaks the rule is left to the JSON reader: it may hold escapes or be no UTF-8.
        if (end < 0 || !StreamName.IsValid(rest[..end]) || !rest[end..].StartsWith(list))
        {
            return false;
        }

        request.StreamName = Encoding.ASCII.GetString(rest[..end]);
        request.BeginRecords();
        var at = head.Length + end + list.Length;
        while (true)
        {
            rest = body[at..];
            if (!rest.StartsWith(open))
            {
                return false;
            }

            at += open.Length;
            var length = body[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0 || body[at + length] == '\\' || at + length + 2 >= body.Length || body[at + length + 1] != '}')
            {
                return false;
            }

            request.Add(at, length);
            at += length + 2;
            if (body[at] == ',')
            {
                at++;
            }
            else
            {
                return body[at..].SequenceEqual("]}"u8);
            }
        }
    }
}
