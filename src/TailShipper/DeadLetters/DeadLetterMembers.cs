using System.Text.Json;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>Where a dead letter comes from, in JSON: the same members in the files and in what commands print.</summary>
internal static class DeadLetterMembers
{
    /// <summary>Writes path, stream, span, the span of the whole line where the letter is a part of one, and encoding.</summary>
    public static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteString("path", letter.Path);
        json.WriteNumber("stream", letter.Stream.Number);
        json.WriteNumber("start", letter.Span.Start);
        json.WriteNumber("end", letter.Span.End);
        if (letter.Line is { } line)
        {
            json.WriteNumber("line_start", line.Start);
            json.WriteNumber("line_end", line.End);
        }

        if (letter.Encoding is { } encoding)
        {
            json.WriteString("encoding", encoding);
        }
    }
}
