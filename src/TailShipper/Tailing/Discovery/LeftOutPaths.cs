using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>Why a path that a pattern names is not tailed.</summary>
internal enum LeftOutReason
{
    /// <summary>A link leads out of the pattern's tree, and links are not followed.</summary>
    OutsideLink,

    /// <summary>A file or directory of the shipper's own.</summary>
    Own,

    /// <summary>Its name says that it is compressed.</summary>
    Compressed,

    /// <summary>A directory deeper below the root of a pattern than is walked.</summary>
    TooDeep,

    /// <summary>A pipe, socket or device.</summary>
    NotRegular,
}

/// <summary>Names each path that a scan left out once, and counts those that are left out now.</summary>
internal sealed class LeftOutPaths(TailingSettings settings, ITailingEvents events, ILogger logger)
{
    /// <summary>Paths named for one reason; of more than these one message gives the number. There may be thousands of archives.</summary>
    public const int MostNamed = 100;

    private LazySet<string> _known;
    private LazyMap<LeftOutReason, int> _named;

    /// <summary>Takes what a scan saw.</summary>
    public void Report(ScanSnapshot snapshot)
    {
        events.LeaveOut(snapshot.LeftOut.Count);
        _known.IntersectWith(snapshot.LeftOut.Keys); // one that comes back is named again
        foreach (var (path, (reason, target)) in snapshot.LeftOut)
        {
            if (_known.Add(path))
            {
                Name(path, reason, target);
            }
        }
    }

    private void Name(string path, LeftOutReason reason, string? target)
    {
        var named = _named.GetValueOrDefault(reason);
        _named.Set(reason, Math.Min(named + 1, MostNamed + 1));
        if (named == MostNamed)
        {
            TailingLog.ManyLeftOut(logger, settings.Flow, MostNamed, path);
        }

        if (named >= MostNamed)
        {
            return;
        }

        switch (reason)
        {
            case LeftOutReason.OutsideLink:
                TailingLog.OutsideLink(logger, settings.Flow, path, target ?? "");
                break;
            case LeftOutReason.Own:
                TailingLog.OwnFile(logger, settings.Flow, path);
                break;
            case LeftOutReason.Compressed:
                TailingLog.CompressedName(logger, settings.Flow, path, ArchiveNames.Endings);
                break;
            case LeftOutReason.TooDeep:
                TailingLog.TooDeep(logger, settings.Flow, path, PatternScan.MaxDepth);
                break;
            default:
                TailingLog.NotRegular(logger, settings.Flow, path);
                break;
        }
    }
}
