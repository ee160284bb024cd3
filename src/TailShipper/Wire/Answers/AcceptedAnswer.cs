using System.Buffers;
using System.Runtime.CompilerServices;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>
/// Recognizes the answer to a batch that was accepted whole, which is nearly every answer, without parsing JSON: at 500
/// records it is some 120 KB long and says nothing else. What is recognized is a narrow subset of JSON, so a yes is
/// proof; a no means only that the answer has to be read in full.
/// </summary>
internal static class AcceptedAnswer
{
    // Printable ASCII that a JSON string may hold as it is.
    private static readonly SearchValues<byte> PlainText =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>
    /// True when <paramref name="answer"/> is one object with a count of refused records of 0 and exactly
    /// <paramref name="records"/> entries, each with what means acceptance, the second string of its kind of answer or not, and
    /// nothing else; what speaks of encryption may be there.
    /// </summary>
    public static bool Proves(ReadOnlySpan<byte> answer, int records, AnswerShape shape)
    {
        var rest = answer;
        bool counted = false, listed = false, encrypted = false;
        if (!Take(ref rest, "{"u8))
        {
            return false;
        }

        do
        {
            if (!counted && Take(ref rest, shape.FailedCountName))
            {
                // What follows the zero is a comma or a brace, or the object is refused below.
                if (!Take(ref rest, ":"u8) || !Take(ref rest, "0"u8))
                {
                    return false;
                }

                counted = true;
            }
            else if (!encrypted && Take(ref rest, shape.EncryptionName))
            {
                if (!Take(ref rest, ":"u8) || !(Take(ref rest, "false"u8) || Take(ref rest, "true"u8) || TakeText(ref rest)))
                {
                    return false;
                }

                encrypted = true;
            }
            else if (!listed && Take(ref rest, shape.EntriesName))
            {
                if (!Take(ref rest, ":"u8) || !TakeEntries(ref rest, records, shape))
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

    private static bool TakeEntries(ref ReadOnlySpan<byte> rest, int records, AnswerShape shape)
    {
        if (!Take(ref rest, "["u8))
        {
            return false;
        }

        for (var i = 0; i < records; i++)
        {
            if ((i > 0 && !Take(ref rest, ","u8)) || !TakeEntry(ref rest, shape))
            {
                return false;
            }
        }

        return Take(ref rest, "]"u8);
    }

    // The services write no blanks, so the first attempt of each pair is the one that counts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TakeEntry(ref ReadOnlySpan<byte> rest, AnswerShape shape)
    {
        if (Take(ref rest, shape.EntryStart)
            ? !TakeRestOfText(ref rest, orEmpty: false)
            : !(Take(ref rest, "{"u8) && Take(ref rest, shape.AcceptedName) && Take(ref rest, ":"u8) && Take(ref rest, "\""u8)
                && TakeRestOfText(ref rest, orEmpty: false)))
        {
            return false;
        }

        if (shape.EntryMiddle.Length > 0
            && (Take(ref rest, shape.EntryMiddle)
                ? !TakeRestOfText(ref rest, orEmpty: true)
                : Take(ref rest, ","u8) && !(Take(ref rest, shape.AlsoName) && Take(ref rest, ":"u8) && TakeText(ref rest))))
        {
            return false;
        }

        return Take(ref rest, "}"u8);
    }

    private static bool TakeText(ref ReadOnlySpan<byte> rest) => Take(ref rest, "\""u8) && TakeRestOfText(ref rest, orEmpty: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TakeRestOfText(ref ReadOnlySpan<byte> rest, bool orEmpty)
    {
        var length = rest.IndexOfAnyExcept(PlainText);
        if (length < (orEmpty ? 0 : 1) || rest[length] != (byte)'"')
        {
            return false;
        }

        rest = rest[(length + 1)..];
        return true;
    }

    // Takes token and the blanks before it; leaves rest as it is when something else follows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
