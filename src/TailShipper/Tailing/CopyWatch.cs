namespace Shipper.TailShipper.Tailing;

/// <summary>
/// Holds back a file that begins like one being tailed: copytruncate makes its copy first and truncates then, and the
/// copy of a stream must not be taken for a new one. Once it has been quiet for a while it is a file of its own.
/// </summary>
internal sealed class CopyWatch(TimeSpan wait, StreamTable streams, TimeProvider time)
{
    private readonly Dictionary<FileId, (long Size, long Since)> _waiting = [];

    /// <summary>The stream that <paramref name="newcomer"/> may be a copy of, as long as it is too early to tell; else null.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public TailedStream? MayBeCopyInTheMaking(Newcomer newcomer)
    {
        if (newcomer.Stat.Size > 0 && Original(newcomer) is { } original && !WaitedEnough(newcomer.Stat))
        {
            return original;
        }

        _waiting.Remove(newcomer.Stat.Id);
        return null;
    }

    private TailedStream? Original(Newcomer newcomer)
    {
        foreach (var stream in streams.Live)
        {
            // A rotated stream is not truncated in place, and a copy is never at its original's own path.
            if (stream.State == StreamState.Active && stream.Path != newcomer.Path && stream.Size > 0)
            {
                var length = (int)Math.Min(Fingerprint.MaxLength, Math.Min(stream.Size, newcomer.Stat.Size));
                if (FileContent.At(newcomer.File, 0, length) == FileContent.At(stream.Handle!, 0, length))
                {
                    return stream;
                }
            }
        }

        return null;
    }

    private bool WaitedEnough(FileStat stat)
    {
        if (!_waiting.TryGetValue(stat.Id, out var seen) || seen.Size != stat.Size)
        {
            _waiting[stat.Id] = (stat.Size, time.GetTimestamp());
            return false;
        }

        return time.GetElapsedTime(seen.Since) >= wait;
    }
}
