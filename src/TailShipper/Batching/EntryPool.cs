using System.Numerics;
using Shipper.Foundation.Collections;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// Tables of records that no batch uses now, for all flows. A batch takes one with its first record, and a larger one whenever that is
/// full: where a thousand flows write little there are as many tables as batches with records, and small ones. Thread-safe.
/// </summary>
internal sealed class EntryPool
{
    // Most bodies of slow flows have a few records: room for all that a call may have would be 28 KiB for each body.
    private const int Least = 4;

    // The most records of a call are 500 (ServiceLimits). What is larger is left to the garbage collector.
    private const int Most = 512;

    private readonly Lock _lock = new();
    private readonly FreeList<RecordEntry[]>[] _free =
        [.. Enumerable.Range(0, BitOperations.Log2(Most / Least) + 1).Select(_ => new FreeList<RecordEntry[]>())];

    /// <summary>An empty table with room for <paramref name="records"/> at least.</summary>
    public RecordEntry[] Rent(int records)
    {
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(records, Least));
        if (length <= Most)
        {
            lock (_lock)
            {
                if (Free(length).TryTake(out var table))
                {
                    return table;
                }
            }
        }

        return new RecordEntry[length];
    }

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    /// <param name="table">Its entries are cleared: they would keep the streams of another flow alive.</param>
    public void Return(RecordEntry[] table)
    {
        if (table.Length is < Least or > Most)
        {
            return;
        }

        Array.Clear(table);
        lock (_lock)
        {
            Free(table.Length).Add(table);
        }
    }

    /// <summary>Drops the tables that were not needed since the last call.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            foreach (var free in _free)
            {
                free.Trim();
            }
        }
    }

    private FreeList<RecordEntry[]> Free(int length) => _free[BitOperations.Log2((uint)(length / Least))];
}
