using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tailing;

/// <summary>
/// One turn at one file: a bounded read, its lines packed into the current batch. Every read begins with the bytes
/// before the position, so that a file that was truncated and grew again is never mistaken for its old self.
/// </summary>
internal sealed class StreamReading(
    string flow, BatchLimits limits, LinePacker packer, IBatchSource batches, OversizeLines oversize, FlowCounters counters, TimeProvider time, ILogger logger)
{
    /// <summary>Bytes of new content that one turn takes at most, unless a single line is longer: small enough for the L2 cache.</summary>
    public const int WindowBytes = 256 * 1024;

    // Some three seconds without growth at the usual intervals: the coarsest modification times move every two.
    private const int SecondLook = 19;

    private readonly byte[] _window = new byte[Fingerprint.MaxLength + WindowBytes];

    /// <summary>Reads once. Blocks no longer than one bounded read.</summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Turn(TailedStream stream)
    {
        var stat = stream.Handle!.Stat();
        stream.LookedAt = time.GetTimestamp();
        if (stream.IsTruncatedTo(stat.Size))
        {
            return TurnEnd.Truncated;
        }

        var (size, modified) = (stream.Size, stream.ModifiedTicks);
        var end = TurnEnd.Replaced;
        try
        {
            end = Turn(stream, stat);
            if (end != TurnEnd.Replaced && stat.Size < size)
            {
                counters.Lost(size - stat.Size);
                TailingLog.Lost(logger, flow, size - stat.Size, stream.Path, stream.Id.Number, stat.Size, size);
            }
        }
        finally
        {
            if (end == TurnEnd.Replaced)
            {
                // The size just seen is that of other content, or for all that is known it may be.
                stream.Size = Math.Max(size, stream.Position);
                stream.ModifiedTicks = modified;
            }
        }

        return end;
    }

    private TurnEnd Turn(TailedStream stream, FileStat stat)
    {
        var suspicious = stat.ModifiedTicks != stream.ModifiedTicks || stream.IdlePolls == SecondLook;
        stream.ModifiedTicks = stat.ModifiedTicks;
        if (suspicious && stat.Size <= stream.Size)
        {
            // Written to without growing: what was scanned and is not shipped yet may be other bytes now.
            stream.ScannedTo = stream.Position;
        }

        if (stat.Size != stream.Size)
        {
            stream.Size = stat.Size;
            stream.QuietSince = time.GetTimestamp();
            stream.IdlePolls = 0;
        }

        if (stream.Oversize is not null)
        {
            // Its bytes are not verified by a read, so what is known around it is.
            return HeadHolds(stream) && TailHolds(stream) ? oversize.Turn(stream) : TurnEnd.Replaced;
        }

        if (stat.Size <= stream.ScannedTo)
        {
            return suspicious && !TailHolds(stream) ? TurnEnd.Replaced : TurnEnd.Idle;
        }

        return stream.ScannedTo - stream.Position < WindowBytes ? Read(stream, _window) : ReadLongLine(stream);
    }

    /// <summary>Ships what follows the last newline of a file that will not grow any more, with a newline added.</summary>
    /// <returns>False when there is no batch to put it into, or the file is no longer what it was.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool TryFlushLastLine(TailedStream stream)
    {
        var length = stream.Size - stream.Position;
        if (length == 0)
        {
            return true;
        }

        if (length >= limits.MaxRecordBytes)
        {
            // Its newline would not fit.
            stream.Oversize ??= new OversizeLine(stream.Position, stream.Size);
            batches.Current()?.CloseRecord();
        }

        if (stream.Oversize is { } line)
        {
            line.End ??= stream.Size;
            oversize.Turn(stream);
            return stream.Oversize is null;
        }

        var before = stream.Tail.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(before + (int)length);
        try
        {
            var read = buffer.AsSpan(0, before + (int)length);
            if (FileContent.Fill(stream.Handle!, read, stream.Position - before) < read.Length
                || Fingerprint.Of(read[..before]) != stream.Tail || !HeadHolds(stream)
                || !FileContent.StillHolds(stream.Handle!, stream.Position - before, read))
            {
                return false; // truncated or rewritten just now: the next turn finds that
            }

            var bytes = read[before..];
            var tail = Fingerprint.Of(read[^Math.Min(read.Length, Fingerprint.MaxLength)..]);
            var batch = batches.Current();
            if (batch is null || (!batch.TryAppend(stream.Ring, stream.Position, bytes, 1, addNewline: true)
                && batches.Next()?.TryAppend(stream.Ring, stream.Position, bytes, 1, addNewline: true) != true))
            {
                return false;
            }

            counters.Read(bytes.Length + 1, 1);
            Advance(stream, bytes.Length, tail);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TurnEnd ReadLongLine(TailedStream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Fingerprint.MaxLength + limits.MaxRecordBytes + 1);
        try
        {
            return Read(stream, buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TurnEnd Read(TailedStream stream, byte[] buffer)
    {
        var before = stream.Tail.Length;
        var filled = FileContent.Fill(stream.Handle!, buffer, stream.Position - before);
        if (filled < before || Fingerprint.Of(buffer.AsSpan(0, before)) != stream.Tail)
        {
            return TurnEnd.Replaced;
        }

        var read = buffer.AsSpan(0, filled);
        if (stream.Head.Length < Fingerprint.MaxLength || before == 0
            ? !TryGrowHead(stream, read)
            : !FileContent.StillHolds(stream.Handle!, stream.Position - before, read))
        {
            return TurnEnd.Replaced;
        }

        var fresh = read[before..];
        var consumed = 0;
        var end = PackEnd.Full;
        var batch = batches.Current();
        while (batch is not null)
        {
            consumed += packer.Pack(batch, stream.Ring, fresh[consumed..], stream.Position + consumed, out var lines, out end);
            counters.Read(0, lines);
            if (end != PackEnd.Full)
            {
                break;
            }

            batch = batches.Next();
        }

        counters.Read(consumed, 0);
        var scanned = stream.Position + fresh.Length;
        var reach = before + consumed;
        Advance(stream, consumed, consumed == 0 ? stream.Tail : Fingerprint.Of(buffer.AsSpan(Math.Max(0, reach - Fingerprint.MaxLength), Math.Min(reach, Fingerprint.MaxLength))));
        if (end == PackEnd.NeedMore)
        {
            stream.ScannedTo = scanned;
        }
        else if (end == PackEnd.Oversize)
        {
            TailingLog.OversizeLine(logger, flow, limits.MaxRecordBytes, stream.Position, stream.Path);
            stream.Oversize = new OversizeLine(stream.Position, stream.Position);
            batch!.CloseRecord(); // spans are added in file order, and the long line comes next
        }

        return consumed > 0 || end == PackEnd.Oversize ? TurnEnd.Progress
            : end == PackEnd.Full ? TurnEnd.Blocked
            : scanned >= stream.Size ? TurnEnd.Idle : TurnEnd.Progress;
    }

    /// <summary>Extends the head as the file grows, once the old head, or all that was read, is seen to be the same.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">What was just read, from the bytes before the position on: used where it begins with the file's first byte.</param>
    private static bool TryGrowHead(TailedStream stream, ReadOnlySpan<byte> read)
    {
        Span<byte> own = stackalloc byte[Fingerprint.MaxLength];
        var head = stream.Position == stream.Tail.Length
            ? read[..Math.Min(read.Length, own.Length)]
            : own[..FileContent.Fill(stream.Handle!, own, 0)];
        if ((!stream.Identity.IsKnownByTail
                && (head.Length < stream.Head.Length || Fingerprint.Of(head[..stream.Head.Length]) != stream.Head))
            || !FileContent.StillHolds(stream.Handle!, stream.Position - stream.Tail.Length, read))
        {
            return false;
        }

        if (head.Length > stream.Head.Length)
        {
            stream.GrowHead(head);
        }
        else
        {
            stream.ReplaceHead(head); // the same, or a half line behind what was read was overwritten
        }

        return true;
    }

    private static bool HeadHolds(TailedStream stream) => FileContent.Matches(stream.Handle!, 0, stream.Head);

    private static bool TailHolds(TailedStream stream) =>
        FileContent.Matches(stream.Handle!, stream.Position - stream.Tail.Length, stream.Tail);

    private static void Advance(TailedStream stream, int bytes, Fingerprint tail)
    {
        stream.Trail.Add(stream.Position, stream.Tail);
        stream.Position += bytes;
        stream.ScannedTo = stream.Position;
        stream.Tail = tail;
    }
}
