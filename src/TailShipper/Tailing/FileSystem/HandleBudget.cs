using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>
/// How many log files the whole service may hold open. Shared by all flows: when one of them is refused, all of them close
/// idle files for a while. Safe from any thread.
/// </summary>
/// <param name="limit">Files at once, at least <see cref="Least"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where the shortage is reported.</param>
internal sealed class HandleBudget(int limit, TimeProvider time, ILogger logger)
{
    /// <summary>With fewer files than this nothing could be searched for.</summary>
    public const int Least = 8;

    /// <summary>The words for a file that must wait its turn.</summary>
    public const string Spent = "too many files are open; it waits its turn";

    // A search for moved content must not fail because every handle is in use: what it finds out decides what is new.
    private const int KeptForSearches = 4;
    private const int KeptForOthers = 4;
    private static readonly TimeSpan Penalty = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Reminder = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly int _granted = limit;
    private int _limit = limit;
    private int _taken;
    private long _refusals;
    private long _shrunkAt;
    private long? _saidAt;

    /// <summary>Files open now.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Rises with every file that was refused.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Takes one; false when there is none left.</summary>
    /// <param name="urgent">True to use those kept for searches as well.</param>
    public bool TryTake(bool urgent)
    {
        lock (_lock)
        {
            if (_limit < _granted && time.GetElapsedTime(_shrunkAt) > Penalty)
            {
                _limit = _granted;
            }

            if (_taken < _limit - (urgent ? 0 : KeptForSearches))
            {
                _taken++;
                return true;
            }

            _refusals++;
        }

        Report();
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Return()
    {
        lock (_lock)
        {
            _taken--;
        }
    }

    /// <summary>
    /// The system refused a file that the budget granted: for a while there are fewer, so that sockets and checkpoints have some.
    /// </summary>
    public void Overdrawn()
    {
        lock (_lock)
        {
            _taken--;
            _refusals++;
            _limit = Math.Max(Least, Math.Min(_limit, _taken - KeptForOthers));
            _shrunkAt = time.GetTimestamp();
        }

        Report();
    }

    private void Report()
    {
        int open;
        lock (_lock)
        {
            if (_saidAt is { } said && time.GetElapsedTime(said) < Reminder)
            {
                return;
            }

            _saidAt = time.GetTimestamp();
            open = _taken;
        }

        TailingLog.DescriptorsSpent(logger, open);
    }
}
