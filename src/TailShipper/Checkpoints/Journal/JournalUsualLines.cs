using System.Runtime.CompilerServices;
using System.Text;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads the two usual kinds of lines in the very form in which <see cref="JournalLineWriter"/> writes them: of 100,000 streams a general
/// JSON reader takes a third of the time of a start. Whatever looks any different is left to that reader.
/// </summary>
internal static class JournalUsualLines
{
    /// <summary>What the line says; null when it has another form.</summary>
    /// <param name="line">The line up to its checksum.</param>
    /// <param name="flow">The flow of the line before; replaced by this one's. A few flows own all streams: their names are not to be read 100,000 times.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // for every stream at a start, before tiered compilation would get round to it
    public static JournalEntry? Read(ReadOnlySpan<byte> line, ref string flow)
    {
        var scan = new JournalLineScan(line);
        if (!scan.Passes("{\"seq\":"u8) || !scan.TryNumber(out var sequence) || !scan.Passes(",\"kind\":\""u8))
        {
            return null;
        }

        if (scan.Passes("stream\",\"stream\":"u8))
        {
            return ReadFull(ref scan, ref flow) is { } checkpoint && scan.IsAtEnd ? new JournalEntry.Full(sequence, checkpoint) : null;
        }

        return scan.Passes("commit\",\"stream\":"u8)
            && scan.TryNumber(out var stream) && stream > 0
            && TryProgress(ref scan, out var committed, out var tail, out var size)
            && scan.Passes(",\"at\":\""u8) && scan.TryTime(out var at) && scan.IsAtEnd
            ? new JournalEntry.Commit(sequence, new StreamId(stream), committed, tail, size, at)
            : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static StreamCheckpoint? ReadFull(ref JournalLineScan scan, ref string flow)
    {
        if (!scan.TryNumber(out var stream) || stream <= 0
            || !scan.Passes(",\"flow\":\""u8) || !scan.TryText(out var flowText)
            || !scan.Passes(",\"path\":\""u8) || !scan.TryText(out var path)
            || !scan.Passes(",\"device\":"u8) || !scan.TryNumber(out var device)
            || !scan.Passes(",\"inode\":"u8) || !scan.TryNumber(out var inode)
            || !scan.Passes(",\"generation\":"u8) || !scan.TryNumber(out var generation)
            || !scan.Passes(",\"head\":\""u8) || !scan.TryFingerprint(out var head)
            || !TryProgress(ref scan, out var committed, out var tail, out var size)
            || !scan.Passes(",\"state\":\""u8) || !scan.TryText(out var word) || JournalStates.Read(word) is not { } state
            || !scan.Passes(",\"at\":\""u8) || !scan.TryTime(out var at)
            || !TryMarks(ref scan, out var marks))
        {
            return null;
        }

        if (!Ascii.Equals(flowText, flow))
        {
            flow = Encoding.ASCII.GetString(flowText);
        }

        return new StreamCheckpoint
        {
            Stream = new StreamId(stream),
            Flow = flow,
            Path = Encoding.ASCII.GetString(path),
            File = new FileId((ulong)device, (ulong)inode),
            Generation = generation,
            Head = head,
            Committed = committed,
            Tail = tail,
            Size = size,
            State = state,
            At = at,
            Marks = marks,
        };
    }

    private static bool TryProgress(ref JournalLineScan scan, out long committed, out Fingerprint tail, out long size)
    {
        (committed, tail, size) = (0, default, 0);
        return scan.Passes(",\"committed\":"u8) && scan.TryNumber(out committed)
            && scan.Passes(",\"tail\":\""u8) && scan.TryFingerprint(out tail)
            && scan.Passes(",\"size\":"u8) && scan.TryNumber(out size);
    }

    private static bool TryMarks(ref JournalLineScan scan, out IReadOnlyList<TimeMark> marks)
    {
        marks = [];
        if (!scan.Passes(",\"marks\":["u8))
        {
            return true;
        }

        Span<TimeMark> found = stackalloc TimeMark[TimeMarks.Capacity];
        var count = 0;
        do
        {
            if (count == found.Length || !scan.Passes("[\""u8) || !scan.TryTime(out var at) || !scan.Passes(","u8) || !scan.TryNumber(out var offset) || !scan.Passes("]"u8))
            {
                return false;
            }

            found[count++] = new TimeMark(at, offset);
        }
        while (scan.Passes(","u8));

        marks = found[..count].ToArray();
        return scan.Passes("]"u8);
    }
}
