using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Names files that seem to have come and gone at a tailed path while the service was stopped, and that no pattern matches. Nothing
/// proves that they belong, or that their lines were not shipped under another name: they are named, not shipped.
/// </summary>
internal sealed class UnseenRotations(TailingSettings settings, IFileSystem files, StreamTable streams, ILogger logger)
{
    private List<(TailedStream Stream, string Home, long Since)>? _restored;

    /// <summary>Call before the first scan is applied: remembers what was tailed when the service stopped.</summary>
    public void Begin() => _restored ??= [.. streams.All
        .Where(stream => stream is { State: StreamState.Active, ExpectedPath: not null, Recorded: not null })
        .Select(stream => (stream, stream.ExpectedPath!, stream.Recorded!.At.UtcTicks))];

    /// <summary>
    /// Call after each scan: once a stream is found elsewhere than it was, searches beside its path for what came after it.
    /// </summary>
    public void Check(ScanSnapshot snapshot)
    {
        if (_restored is { Count: > 0 } restored && restored.RemoveAll(known => IsDecided(known, snapshot)) > 0)
        {
            restored.TrimExcess(); // thousands after a restart, and soon none
        }
    }

    private bool IsDecided((TailedStream Stream, string Home, long Since) restored, ScanSnapshot snapshot)
    {
        var (stream, home, since) = restored;
        if (stream is { Handle: null, Phase: StreamPhase.Active or StreamPhase.Rotated or StreamPhase.Drained })
        {
            return false; // still searched for
        }

        if (stream.ExpectedPath != home)
        {
            Report(home, since, snapshot);
        }

        return true;
    }

    private void Report(string home, long since, ScanSnapshot snapshot)
    {
        var directory = Path.GetDirectoryName(home) ?? "";
        var name = Path.GetFileName(home);
        foreach (var entry in files.List(directory).Entries)
        {
            var path = Path.Join(directory, entry.Name);
            if (!entry.IsDirectory && IsRotationOf(name, entry.Name) && !snapshot.Files.ContainsKey(path)
                && files.Stat(path) is { Status: PathStatus.File } found && found.Stat.ModifiedTicks > since
                    && streams.ByFile(found.Stat.Id) is null)
            {
                TailingLog.UnseenRotation(logger, settings.Flow, path, home);
            }
        }
    }

    /// <summary>app.log.1, app.log-20260131, app.log.2.gz: a dot or a dash, and a digit.</summary>
    private static bool IsRotationOf(string name, ReadOnlySpan<char> other) => other.Length > name.Length + 1
        && other.StartsWith(name, StringComparison.Ordinal) && other[name.Length] is '.' or '-'
            && char.IsAsciiDigit(other[name.Length + 1]);
}
