using System.Buffers;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Processing;

/// <summary>
/// Records that no processing could use, on their way to the dead letters. They are written and made durable together, once for all that
/// the loop found in a pass, because a sync for each would take milliseconds. Only then they settle; until then they are in flight.
/// Owned by the flow's loop.
/// </summary>
internal sealed class LetterQueue(
    string flow, IDeadLetters deadLetters, IProcessingEvents events, TimeProvider time, ILogger logger)
{
    /// <summary>Bytes that wait at most, apart from the last record: the reads of a few passes.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly List<Waiting> _waiting = [];
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private long? _failedAt;

    /// <summary>Bytes of files that wait.</summary>
    public long BytesHeld { get; private set; }

    /// <summary>True as long as no record can be added.</summary>
    public bool IsFull => _failedAt is not null || _bytes.WrittenCount >= MostBytes;

    /// <summary>Adds a record; its span is in flight from now on.</summary>
    /// <param name="ring">The ring of its stream.</param>
    /// <param name="path">The file, as last seen.</param>
    /// <param name="span">Its bytes in the file.</param>
    /// <param name="record">The record as UTF-8.</param>
    /// <param name="reason">Why, for people.</param>
    public void Add(SettledRing ring, string path, ByteSpan span, ReadOnlySpan<byte> record, string reason)
    {
        var letter = new DeadLetter(ring.Stream, path, span, reason) { IsUnprocessed = true };
        _waiting.Add(new Waiting(ring, ring.Add(span.End), letter, record.Length));
        _bytes.Write(record);
        BytesHeld += span.Length;
    }

    /// <summary>Counts the bytes that wait, of each stream at its ring.</summary>
    public void CountHeld()
    {
        foreach (var waiting in _waiting)
        {
            waiting.Ring.CountHeld(waiting.Letter.Span.Length);
        }
    }

    /// <summary>Writes what waits, and settles it. What cannot be written waits and is tried again after five seconds.</summary>
    /// <returns>True when something settled.</returns>
    public bool Flush()
    {
        if (_waiting.Count == 0 || (_failedAt is { } failed && time.GetElapsedTime(failed) < RetryAfter))
        {
            return false;
        }

        try
        {
            var at = 0;
            foreach (var (_, _, letter, length) in _waiting)
            {
                deadLetters.Append(letter, _bytes.WrittenSpan.Slice(at, length));
                at += length;
            }

            deadLetters.Sync();
        }
        catch (IOException exception)
        {
            // What a failed write or sync left behind cannot be trusted: all of it is written again.
            _failedAt = time.GetTimestamp();
            ProcessingLog.DeadLettersFailed(logger, flow, _waiting.Count, exception.Message);
            return false;
        }

        var first = _waiting[0].Letter;
        ProcessingLog.SetAside(logger, flow, _waiting.Count, first.Path, first.Span.Start, first.Reason);
        foreach (var (ring, ticket, letter, _) in _waiting)
        {
            ring.Settle(ticket);
            events.DeadLettered(letter.Span.Length);
        }

        _waiting.Clear();
        _bytes.ResetWrittenCount();
        BytesHeld = 0;
        _failedAt = null;
        return true;
    }

    private readonly record struct Waiting(SettledRing Ring, long Ticket, DeadLetter Letter, int Length);
}
