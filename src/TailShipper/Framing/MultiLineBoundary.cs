using Shipper.TailShipper.Batching;


namespace Shipper.TailShipper.Framing;

/// <summary>
/// A record is all lines from a start line up to the next. Lines before the first start line are a record, and so is what
/// follows where a limit ended the one before.
/// </summary>
internal sealed class MultiLineBoundary(MultiLineSettings settings, StartLine start, int maxRecordBytes) : IRecordBoundary
{
    /// <inheritdoc/>
    public TimeSpan? MaxAge => settings.MaxAge;

    /// <inheritdoc/>
    public (int Lines, int Bytes) Reach => (settings.MaxLines, settings.MaxBytes);

    /// <inheritdoc/>
    public int Next(ReadOnlySpan<byte> text, Ending ending, out int lines, out PackEnd end)
    {
        var length = 0;
        lines = 0;
        end = PackEnd.NeedMore;
        while (true)
        {
            var rest = text[length..];
            var newline = rest.IndexOf((byte)'\n') + 1;
            var isWhole = newline > 0 || (ending == Ending.Final && !rest.IsEmpty);
            var size = newline > 0 ? newline : rest.Length + 1; // with the newline it has yet to get
            if (lines > 0 && !rest.IsEmpty && (length + size > settings.MaxBytes || Begins(rest, newline, isWhole)))
            {
                return length;
            }

            if (!isWhole)
            {
                end = lines == 0 && rest.Length > maxRecordBytes ? PackEnd.Oversize : PackEnd.NeedMore;
                return lines > 0 && ending != Ending.Open ? length : Nothing(out lines);
            }

            if (lines == 0 && size > maxRecordBytes)
            {
                end = PackEnd.Oversize;
                return Nothing(out lines);
            }

            length += newline > 0 ? newline : rest.Length;
            lines++;
            if (lines == settings.MaxLines || length >= settings.MaxBytes || (ending == Ending.Final && length == text.Length))
            {
                return length;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsStart(ReadOnlySpan<byte> line) => start.IsMatch(line);

    /// <summary>False also as long as too little of the line is there: it must be judged by the same bytes however it is read.</summary>
    private bool Begins(ReadOnlySpan<byte> rest, int newline, bool isWhole) =>
        (isWhole || rest.Length > StartLine.MaxBytes) && start.IsMatch(newline > 0 ? rest[..newline] : rest);

    private static int Nothing(out int lines) => lines = 0;
}
