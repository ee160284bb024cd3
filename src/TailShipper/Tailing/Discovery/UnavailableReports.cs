using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>Reports that a path cannot be accessed when that begins, and then not again before a scan in which it could be.</summary>
internal sealed class UnavailableReports(string flow, ILogger logger)
{
    private LazySet<string> _before;
    private LazySet<string> _now;

    /// <summary>Paths that the scan could not access so far.</summary>
    public int Count => _now.Count;

    /// <summary>The first of them, with the reason in parentheses; null when there is none.</summary>
    public string? First { get; private set; }

    /// <summary>Begins a scan with what it could not access.</summary>
    public void Begin(ScanSnapshot snapshot)
    {
        (_before, _now) = (_now, default);
        First = null;
        foreach (var (path, reason) in snapshot.Unavailable)
        {
            Report(path, PathStatus.Unavailable, reason);
        }
    }

    /// <summary>Reports one path if <paramref name="status"/> says that it could not be accessed.</summary>
    public void Report(string path, PathStatus status, string? reason)
    {
        // That files wait for a descriptor is said once, by the budget.
        if (status != PathStatus.Unavailable || reason == HandleBudget.Spent || !_now.Add(path))
        {
            return;
        }

        First ??= $"{path} ({reason ?? "unknown reason"})";
        if (!_before.Contains(path))
        {
            TailingLog.Unavailable(logger, flow, path, reason ?? "unknown reason");
        }
    }
}
