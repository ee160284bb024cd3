namespace Shipper.OrderLogGenerator.Formats;

/// <summary>
/// Ends a line. When <c>Generator:Sequence</c> is on, it writes the sequence number first. One instance serves the whole
/// process, so that a number is unique across files.
/// </summary>
/// <param name="sequence">Whether lines are numbered, from 0 and without gaps.</param>
/// <param name="lead">What precedes the number.</param>
/// <param name="end">What ends the line, including the newline.</param>
internal sealed class LineEnding(bool sequence, byte[] lead, byte[] end)
{
    private long _next;

    /// <summary>The ending of a JSON object.</summary>
    public static LineEnding Json(bool sequence) => new(sequence, ",\"seq\":"u8.ToArray(), "}\n"u8.ToArray());

    /// <summary>The ending of a CSV line.</summary>
    public static LineEnding Csv(bool sequence) => new(sequence, ","u8.ToArray(), "\n"u8.ToArray());

    /// <summary>Appends the ending of one line.</summary>
    public void Append(LineBuffer buffer)
    {
        if (sequence)
        {
            buffer.Append(lead);
            buffer.Append(_next++);
        }

        buffer.Append(end);
    }
}
