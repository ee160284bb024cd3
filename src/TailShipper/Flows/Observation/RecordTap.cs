using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// One who watches the accepted records of a flow. Records wait for the reader in bounded memory; what does not fit is counted and not
/// shown, so that a slow reader delays nothing. One writes, one reads; they may be different threads.
/// </summary>
internal sealed class RecordTap
{
    /// <summary>Bytes of records that wait for the reader, at most. One record is always taken when none waits.</summary>
    public const int MostBytesWaiting = 1024 * 1024;

    private readonly Channel<(TappedRecord Record, long MissedBefore)> _records =
        Channel.CreateUnbounded<(TappedRecord, long)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private long _waiting;
    private long _missed;

    /// <summary>True when a record of so many bytes fits.</summary>
    public bool HasRoom(int bytes) => Volatile.Read(ref _waiting) is var waiting && (waiting == 0 || waiting + bytes <= MostBytesWaiting);

    /// <summary>Adds a record for which there is room.</summary>
    public void Add(TappedRecord record)
    {
        Interlocked.Add(ref _waiting, record.Bytes.Length);
        _records.Writer.TryWrite((record, TakeMissed()));
    }

    /// <summary>Counts lines that are not shown.</summary>
    public void Miss(int lines) => Interlocked.Add(ref _missed, lines);

    /// <summary>No record follows: the flow has ended.</summary>
    public void End() => _records.Writer.TryComplete();

    /// <summary>Waits for the next record; false when none follows.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _records.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes the next record, and how many lines before it are not shown; false when none waits.</summary>
    public bool TryTake([NotNullWhen(true)] out TappedRecord? record, out long missedBefore)
    {
        var taken = _records.Reader.TryRead(out var next);
        (record, missedBefore) = next;
        Interlocked.Add(ref _waiting, -(record?.Bytes.Length ?? 0));
        return taken;
    }

    /// <summary>Lines that are not shown behind the record that was added last.</summary>
    public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
}

/// <summary>A record that the destination has accepted.</summary>
/// <param name="Path">The file that it came from, as it was known when the record was accepted.</param>
/// <param name="Start">Where its bytes begin in the file.</param>
/// <param name="End">Where they end.</param>
/// <param name="Lines">How many lines it holds.</param>
/// <param name="Bytes">What was sent, before compression.</param>
internal sealed record TappedRecord(string Path, long Start, long End, int Lines, byte[] Bytes);
