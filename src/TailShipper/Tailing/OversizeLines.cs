using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tailing;

/// <summary>Takes a line that is longer than a record to the dead letters: a bounded piece each turn, so that a line of any length needs no memory and starves nobody.</summary>
internal sealed class OversizeLines(IDeadLetters deadLetters, int maxRecordBytes, FlowCounters counters)
{
    private const int BytesPerTurn = 4 * 1024 * 1024;
    private const int PieceBytes = 256 * 1024;

    private readonly byte[] _piece = new byte[Fingerprint.MaxLength + PieceBytes];

    /// <summary>One bounded step for a stream that has an oversize line.</summary>
    /// <exception cref="IOException">The file or the dead letters failed; the step is taken again.</exception>
    public TurnEnd Turn(TailedStream stream)
    {
        var line = stream.Oversize!;
        if (stream.Size < Math.Max(line.ScannedTo, line.WrittenTo))
        {
            return Forget(stream);
        }

        if (line.End is null && !TryFindEnd(stream, line))
        {
            return stream.Size - line.ScannedTo < stream.Framing!.Newline.Width ? TurnEnd.Idle : TurnEnd.Progress;
        }

        if (!Holds(stream))
        {
            return Forget(stream); // the newline may be one of other content; the next turn finds what became of the file
        }

        var end = line.End!.Value;
        for (var step = 0; step < BytesPerTurn && line.WrittenTo < end; step += PieceBytes)
        {
            var before = (int)Math.Min(Fingerprint.MaxLength, line.WrittenTo);
            var filled = (int)Math.Min(PieceBytes, end - line.WrittenTo);
            var read = _piece.AsSpan(0, before + filled);
            if (FileContent.Fill(stream.Handle!, read, line.WrittenTo - before) < read.Length || !Holds(stream))
            {
                return Forget(stream);
            }

            line.Tail = Fingerprint.Of(read[Math.Max(0, read.Length - Fingerprint.MaxLength)..]);

            deadLetters.Append(new DeadLetter(
                stream.Id, stream.Path, new ByteSpan(line.WrittenTo, line.WrittenTo + filled),
                $"part of a line of {end - line.Start} bytes at offset {line.Start}; a record holds {maxRecordBytes}"), read[before..]);
            line.WrittenTo += filled;
        }

        if (line.WrittenTo == end)
        {
            // Nothing is read from here on: whatever becomes of the file now, all of the line is on disk, and it must not come again.
            Sync(line);
            counters.Read(end - line.Start, 1);
            counters.DeadLettered(end - line.Start);
            stream.Position = end;
            stream.ScannedTo = end;
            stream.Tail = line.Tail;
            stream.Ring.Settle(stream.Ring.Add(end));
            stream.Oversize = null;
        }

        return TurnEnd.Progress;
    }

    /// <summary>True when what was just read came from the file that the position is in: what surrounds it is as it was.</summary>
    private static bool Holds(TailedStream stream) => FileContent.Matches(stream.Handle!, 0, stream.Head)
        && FileContent.Matches(stream.Handle!, stream.Position - stream.Tail.Length, stream.Tail);

    private void Sync(OversizeLine line)
    {
        try
        {
            deadLetters.Sync();
        }
        catch (IOException)
        {
            // What a failed sync left behind cannot be trusted, even if the next sync succeeds: write it all again.
            line.WrittenTo = line.Start;
            throw;
        }
    }

    /// <summary>The file was cut within the line: what it holds behind the position is looked at anew.</summary>
    private static TurnEnd Forget(TailedStream stream)
    {
        stream.Oversize = null;
        stream.ScannedTo = stream.Position;
        return TurnEnd.Progress;
    }

    private bool TryFindEnd(TailedStream stream, OversizeLine line)
    {
        var newline = stream.Framing!.Newline;
        for (var step = 0; step < BytesPerTurn; step += PieceBytes)
        {
            var filled = FileContent.Fill(stream.Handle!, _piece, line.ScannedTo);
            if (newline.EndOfFirst(_piece.AsSpan(0, filled), line.ScannedTo) is > 0 and var length)
            {
                line.End = line.ScannedTo + length;
                return true;
            }

            line.ScannedTo += newline.WholeUnits(filled, line.ScannedTo);
            if (filled < PieceBytes)
            {
                break;
            }
        }

        return false;
    }
}
