using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// The directory of all flows' dead letters, and its limit. When the limit is reached, files whose dead letters were all resent are
/// removed; otherwise nothing more can be written, unless the oldest file may be removed. Use only between <see cref="Enter"/> and its end.
/// </summary>
internal sealed class DeadLetterDirectory(string path, DeadLettersOptions options, ILogger logger)
{
    private readonly Lock _lock = new();

    // Files that were found not to be all resent: not read again until they or the marks change.
    private readonly Dictionary<string, (long Length, long Marks)> _needed = new(StringComparer.Ordinal);
    private long? _bytes;

    /// <summary>Where the files are.</summary>
    public string Path => path;

    /// <summary>Locks other flows out until disposed.</summary>
    public Lock.Scope Enter() => _lock.EnterScope();

    /// <summary>Makes room for <paramref name="bytes"/> more.</summary>
    /// <returns>Dead letters that were removed for it and had not been resent.</returns>
    /// <exception cref="DeadLettersUnavailableException">There is no room.</exception>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public long Reserve(string flow, int bytes)
    {
        if (options.MaxBytes == 0 || (_bytes ??= Measure()) + bytes <= options.MaxBytes)
        {
            return 0;
        }

        _bytes = Measure(); // a person may have made room
        var removed = 0L;
        if (_bytes + bytes > options.MaxBytes)
        {
            removed = MakeRoom(flow, bytes);
            _bytes = Measure();
        }

        return _bytes + bytes <= options.MaxBytes ? removed : throw new DeadLettersUnavailableException(string.Create(
            CultureInfo.InvariantCulture,
            $"the dead letters in {path} take {_bytes} bytes, and Shipper:DeadLetters:MaxBytes allows {options.MaxBytes}. "
            + $"Fix their reasons and send them again (tailshipper deadletters resend), move files away, or raise the limit"));
    }

    /// <summary>Counts what was written.</summary>
    public void Written(int bytes) => _bytes += bytes;

    /// <summary>The file for a flow's next dead letter.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="day">Today.</param>
    /// <param name="bytes">Length of the dead letter.</param>
    public string PathFor(string flow, DateOnly day, int bytes)
    {
        var last = DeadLetterName.List(path, flow).Where(file => file.Name.Day == day).Select(file => file.Name)
            .LastOrDefault(new DeadLetterName(flow, day, 0));
        var current = System.IO.Path.Join(path, last.ToString());
        var length = File.Exists(current) ? new FileInfo(current).Length : 0;
        return length == 0 || length + bytes <= options.MaxFileBytes
            ? current
            : System.IO.Path.Join(path, (last with { Number = last.Number + 1 }).ToString());
    }

    /// <summary>Makes a new file's name durable.</summary>
    public void Sync() => new PhysicalStateDirectory(path).Sync();

    private long Measure() => DeadLetterName.List(path).Sum(file => File.Exists(file.Path) ? new FileInfo(file.Path).Length : 0);

    private long MakeRoom(string flow, int bytes)
    {
        var marks = ResentDeadLetters.Load(path);
        var removed = 0L;
        foreach (var isForced in options.WhenFull == FullPolicy.RemoveOldest ? [false, true] : new[] { false })
        {
            foreach (var (file, name) in DeadLetterName.List(path))
            {
                if (_bytes + bytes <= options.MaxBytes)
                {
                    return removed;
                }

                if (TryRemove(file, name, marks, isForced, flow, ref removed, out var freed))
                {
                    _bytes -= freed;
                }
            }
        }

        return removed;
    }

    private bool TryRemove(
        string file, DeadLetterName name, ResentDeadLetters marks, bool isForced, string flow, ref long removed, out long freed)
    {
        freed = new FileInfo(file).Length;
        if (!isForced && (marks.Count == 0 || _needed.GetValueOrDefault(file) == (freed, marks.Bytes)))
        {
            return false;
        }

        var (letters, waiting) = (0L, 0L);
        var reader = new DeadLetterReader(file);
        foreach (var letter in reader.Read())
        {
            letters++;
            waiting += marks.Contains(letter.Id) ? 0 : 1;
        }

        waiting += reader.Damaged; // a damaged line may have been a dead letter
        if (!isForced && (waiting > 0 || letters == 0))
        {
            _needed[file] = (freed, marks.Bytes);
            return false;
        }

        File.Delete(file);
        _needed.Remove(file);
        removed += waiting;
        if (waiting > 0)
        {
            DeadLetterLog.Removed(logger, flow, name.ToString(), waiting, freed, options.MaxBytes);
        }
        else
        {
            DeadLetterLog.RemovedResent(logger, flow, name.ToString(), letters, freed);
        }

        return true;
    }
}
