using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Closes files for a while when descriptors are short. A evicted stream stays what it is, known by inode, size and time:
/// a scan that sees any of them change opens it again, and one that does not see it searches for it as after a restart.
/// </summary>
internal sealed class HandleEviction(StreamTable streams, HandleBudget budget, TimeProvider time)
{
    private long _refusals = budget.Refusals;

    /// <summary>Closes as many files as were refused since the last time, as far as they may rest.</summary>
    /// <param name="turn">How long a file with unread bytes may keep its handle while others wait for one.</param>
    public void MakeRoom(TimeSpan turn)
    {
        var wanted = budget.Refusals - _refusals;
        _refusals += wanted;
        if (wanted == 0)
        {
            return;
        }

        List<TailedStream> candidates = [];
        foreach (var stream in streams.Live)
        {
            if (stream.State == StreamState.Active && stream.Oversize is null
                && (IsRead(stream) ? stream.IdlePolls > 0 : time.GetElapsedTime(stream.OpenedAt) >= turn))
            {
                candidates.Add(stream);
            }
        }

        // First those of which nothing is unread, the longest idle before all; then those that had their turn.
        candidates.Sort(static (left, right) => Rank(left) != Rank(right) ? Rank(left) - Rank(right)
            : Rank(left) < 2 ? left.QuietSince.CompareTo(right.QuietSince) : left.OpenedAt.CompareTo(right.OpenedAt));
        for (var index = 0; index < Math.Min(wanted, candidates.Count); index++)
        {
            Evict(candidates[index]);
        }
    }

    private void Evict(TailedStream stream)
    {
        streams.Evict(stream);

        // A change within the step of a coarse clock leaves the modification time as it was.
        if (time.GetUtcNow().UtcTicks - stream.ModifiedTicks < FileStat.CoarsestGrain)
        {
            stream.RequestReopen();
        }
    }

    private static bool IsRead(TailedStream stream) => stream.ScannedTo >= stream.Size;

    private static int Rank(TailedStream stream) => stream.Position >= stream.Size ? 0 : IsRead(stream) ? 1 : 2;
}
