using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Tailing;

/// <summary>Says once of every path that it cannot be looked at, and again only after all could be.</summary>
internal sealed class UnavailableReports(string flow, ILogger logger)
{
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Reports what a scan could not look at.</summary>
    public void Report(Sightings sightings)
    {
        if (sightings.Unavailable.Count == 0)
        {
            _reported.Clear();
        }

        foreach (var (path, reason) in sightings.Unavailable)
        {
            Report(path, Sight.Unavailable, reason);
        }
    }

    /// <summary>Reports one path if <paramref name="sight"/> says that it could not be looked at.</summary>
    public void Report(string path, Sight sight, string? reason)
    {
        if (sight == Sight.Unavailable && _reported.Add(path))
        {
            TailingLog.Unavailable(logger, flow, path, reason ?? "unknown reason");
        }
    }
}
