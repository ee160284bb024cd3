using Shipper.TailShipper.Batching;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// Who watches the accepted records of one flow. The flow's loop offers each record; any thread opens and closes taps. While there is none,
/// a batch costs one look at <see cref="IsWatched"/>.
/// </summary>
internal sealed class RecordTaps(string flow) : IDisposable
{
    private readonly Lock _gate = new();
    private volatile RecordTap[] _open = [];
    private bool _ended;

    /// <summary>The flow's name.</summary>
    public string Flow => flow;

    /// <summary>True while somebody watches.</summary>
    public bool IsWatched => _open.Length > 0;

    /// <summary>Begins to watch; close it when nobody reads it any more.</summary>
    public RecordTap Open()
    {
        var tap = new RecordTap();
        lock (_gate)
        {
            if (_ended)
            {
                tap.End();
            }
            else
            {
                _open = [.. _open, tap];
            }
        }

        return tap;
    }

    /// <summary>Ends watching.</summary>
    public void Close(RecordTap tap)
    {
        lock (_gate)
        {
            _open = Array.FindAll(_open, other => other != tap);
        }
    }

    /// <summary>Shows a record that was accepted and is not settled yet to everybody who has room for it.</summary>
    /// <param name="batch">The batch that it is in.</param>
    /// <param name="entry">The record.</param>
    /// <param name="path">Its file.</param>
    public void Offer(Batch batch, in RecordEntry entry, string path)
    {
        TappedRecord? record = null;
        foreach (var tap in _open)
        {
            if (!tap.HasRoom(entry.RawBytes))
            {
                tap.Miss(entry.Lines);
                continue;
            }

            if (record is null)
            {
                var end = entry.Ring.EndOf(entry.Ticket);
                record = new TappedRecord(path, end - entry.SpanBytes, end, entry.Lines, batch.LinesOf(entry));
            }

            tap.Add(record);
        }
    }

    /// <summary>Tells everybody that no record follows.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Array.ForEach(_open, tap => tap.End());
            _open = [];
        }
    }
}
