using System.Buffers;

namespace Shipper.TailShipper.Firehose;

/// <summary>
/// Recognises the answer to a batch that was accepted whole, which is nearly every answer, without parsing JSON: at 500
/// records it is some 120 KB long and says nothing else. What is recognised is a narrow subset of JSON, so a yes is
/// proof; a no means only that the answer has to be read in full.
/// </summary>
internal static class AcceptedAnswer
{
    // Printable ASCII that a JSON string may hold as it is.
    private static readonly SearchValues<byte> PlainText =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>
    /// True when <paramref name="answer"/> is one object with a FailedPutCount of 0 and RequestResponses that are exactly
    /// <paramref name="records"/> objects, each with a RecordId and nothing else; Encrypted may be there.
    /// </summary>
    public static bool Proves(ReadOnlySpan<byte> answer, int records)
    {
        var rest = answer;
        bool counted = false, listed = false, encrypted = false;
        if (!Take(ref rest, "{"u8))
        {
            return false;
        }

        do
        {
            if (!counted && Take(ref rest, "\"FailedPutCount\""u8))
            {
                // What follows the zero is a comma or a brace, or the object is refused below.
                if (!Take(ref rest, ":"u8) || !Take(ref rest, "0"u8))
                {
                    return false;
                }

                counted = true;
            }
            else if (!encrypted && Take(ref rest, "\"Encrypted\""u8))
            {
                if (!Take(ref rest, ":"u8) || !(Take(ref rest, "false"u8) || Take(ref rest, "true"u8)))
                {
                    return false;
                }

                encrypted = true;
            }
            else if (!listed && Take(ref rest, "\"RequestResponses\""u8))
            {
                if (!Take(ref rest, ":"u8) || !TakeRecordIds(ref rest, records))
                {
                    return false;
                }

                listed = true;
            }
            else
            {
                return false;
            }
        }
        while (Take(ref rest, ","u8));
        return Take(ref rest, "}"u8) && SkipBlanks(rest).IsEmpty && counted && listed;
    }

    private static bool TakeRecordIds(ref ReadOnlySpan<byte> rest, int records)
    {
        if (!Take(ref rest, "["u8))
        {
            return false;
        }

        for (var i = 0; i < records; i++)
        {
            if (i > 0 && !Take(ref rest, ","u8))
            {
                return false;
            }

            // The service writes no blanks, so the first attempt is the one that counts.
            if (!Take(ref rest, "{\"RecordId\":\""u8)
                && !(Take(ref rest, "{"u8) && Take(ref rest, "\"RecordId\""u8) && Take(ref rest, ":"u8) && Take(ref rest, "\""u8)))
            {
                return false;
            }

            var length = rest.IndexOfAnyExcept(PlainText);
            if (length <= 0)
            {
                return false;
            }

            rest = rest[length..];
            if (rest[0] != (byte)'"')
            {
                return false;
            }

            rest = rest[1..];
            if (!Take(ref rest, "}"u8))
            {
                return false;
            }
        }

        return Take(ref rest, "]"u8);
    }

    // Takes token and the blanks before it; leaves rest as it is when something else follows.
    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> token)
    {
        if (rest.StartsWith(token))
        {
            rest = rest[token.Length..];
            return true;
        }

        var trimmed = SkipBlanks(rest);
        if (trimmed.Length == rest.Length || !trimmed.StartsWith(token))
        {
            return false;
        }

        rest = trimmed[token.Length..];
        return true;
    }

    private static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8);
}
