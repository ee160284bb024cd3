using System.Text;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// Reads a PutRecordBatch body as compact serializers write it,
/// <c>{"DeliveryStreamName":"x","Records":[{"Data":"…"},…]}</c>, with one vectorized search per record. All other bodies are
/// left to <see cref="PutJsonReader"/>; both give the same result on every body that this reader accepts.
/// </summary>
internal static class FastBatchReader
{
    /// <summary>
    /// Whether the body has exactly this form; if not, the caller must clear the partly filled <paramref name="request"/>.
    /// </summary>
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
        // An invalid name is left to the JSON reader: it may contain escapes or invalid UTF-8.
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
