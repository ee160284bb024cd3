using System.Text.Json;

namespace Shipper.RecordProcessing.Json;

/// <summary>Adds members to the end of a JSON object without parsing it into objects.</summary>
internal static class JsonObjects
{
    /// <summary>How deep a record may be; a deeper one counts as no JSON object.</summary>
    public const int MaxDepth = 256;

    /// <summary>
    /// Writes <paramref name="record"/> with room for more members at its end: everything but the closing brace, with a comma where
    /// members stand before it. Members with a name in <paramref name="replaced"/> are left out.
    /// </summary>
    /// <param name="record">The record; JSON white space around the object is left out.</param>
    /// <param name="isObject">True where it is known to be an object, with members, without any of the names.</param>
    /// <param name="replaced">Names of members that will be written again.</param>
    /// <param name="output">Where to.</param>
    /// <returns>False if it is no JSON object; the output is as before.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> record, bool isObject, byte[][] replaced, RecordBuffer output)
    {
        var start = output.Length;
        var text = Trim(record);
        if (text.Length < 2 || text[0] != '{' || text[^1] != '}')
        {
            return false;
        }

        if (isObject)
        {
            output.Write(text[..^1]);
            output.Write((byte)',');
            return true;
        }

        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var (any, run, end) = (false, -1, 0); // the members from run to end are not written yet
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = (int)reader.TokenStartIndex;
                var isKept = !IsOneOf(ref reader, replaced);
                if (!isKept)
                {
                    any |= WriteRun(output, text, run, end, any);
                }

                run = isKept ? (run < 0 ? name : run) : -1;
                reader.Read();
                reader.Skip();
                end = (int)reader.BytesConsumed;
            }

            if (reader.Read()) // something follows the object
            {
                output.Truncate(start);
                return false;
            }

            any |= WriteRun(output, text, run, end, any);
            output.Write(any ? ","u8 : "{"u8);
            return true;
        }
        catch (JsonException)
        {
            output.Truncate(start);
            return false;
        }
    }

    /// <summary>The record without JSON's white space around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> record) => record.Trim(" \t\r\n"u8);

    /// <summary>True when the name or string that the reader is at is <paramref name="text"/>.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="text">Valid UTF-8.</param>
    public static bool IsText(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(text);
        }

        try
        {
            return reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException)
        {
            return false; // \ud800 alone is half a character: RFC 8259 allows it, and no text has it
        }
    }

    private static bool IsOneOf(ref Utf8JsonReader reader, byte[][] names)
    {
        foreach (var name in names)
        {
            if (IsText(ref reader, name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool WriteRun(RecordBuffer output, ReadOnlySpan<byte> text, int run, int end, bool any)
    {
        if (run < 0)
        {
            return false;
        }

        output.Write(any ? ","u8 : "{"u8);
        output.Write(text[run..end]);
        return true;
    }
}
