using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// The directory of all dead letters, and how much room they may take. One for all flows. When it is spent, files whose letters were
/// all resent make room; else nothing more can be set aside, unless the oldest may go. Use between <see cref="Enter"/> and its end only.
/// </summary>
internal sealed class DeadLetterDirectory(string directory, DeadLettersOptions options, ILogger logger)
{
    private readonly Lock _lock = new();

    // What was found not to be all resent, by path: not looked at again as long as neither it nor the marks change.
    private readonly Dictionary<string, (long Length, long Marks)> _needed = new(StringComparer.Ordinal);
    private long? _bytes;

    /// <summary>Where the files are.</summary>
    public string Directory => directory;

    /// <summary>Keeps other flows out until disposed of.</summary>
    public Lock.Scope Enter() => _lock.EnterScope();

    /// <summary>Makes sure that <paramref name="bytes"/> more may be written.</summary>
    /// <returns>Letters that were removed for it and that nobody had resent.</returns>
    /// <exception cref="DeadLettersUnavailableException">There is no room.</exception>
    /// <exception cref="IOException">The directory cannot be looked at.</exception>
    public long Claim(string flow, int bytes)
    {
        if (options.MaxBytes == 0 || (_bytes ??= Measure()) + bytes <= options.MaxBytes)
        {
            return 0;
        }

        _bytes = Measure(); // someone may have made room
        var removed = 0L;
        if (_bytes + bytes > options.MaxBytes)
        {
            removed = MakeRoom(flow, bytes);
            _bytes = Measure();
        }

        return _bytes + bytes <= options.MaxBytes ? removed : throw new DeadLettersUnavailableException(string.Create(
            CultureInfo.InvariantCulture,
            $"the dead letters in {directory} take {_bytes} bytes, and Shipper:DeadLetters:MaxBytes allows {options.MaxBytes}. Mend their reasons and send them again (tailshipper deadletters resend), move files away, or raise the limit"));
    }

    /// <summary>Counts what was written.</summary>
    public void Took(int bytes) => _bytes += bytes;

    /// <summary>The file that a flow's next letter goes to.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="day">Today.</param>
    /// <param name="bytes">Length of the letter.</param>
    public string PathFor(string flow, DateOnly day, int bytes)
    {
        var last = DeadLetterName.List(directory, flow).Where(file => file.Name.Day == day).Select(file => file.Name).LastOrDefault(new DeadLetterName(flow, day, 0));
        var path = Path.Join(directory, last.ToString());
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        return length == 0 || length + bytes <= options.MaxFileBytes ? path : Path.Join(directory, (last with { Number = last.Number + 1 }).ToString());
    }

    /// <summary>Makes a new file's name durable.</summary>
    public void SyncDirectory() => new PhysicalStateDirectory(directory).Sync();

    private long Measure() => DeadLetterName.List(directory).Sum(file => File.Exists(file.Path) ? new FileInfo(file.Path).Length : 0);

    private long MakeRoom(string flow, int bytes)
    {
        var marks = ResentDeadLetters.Load(directory);
        var removed = 0L;
        foreach (var isForced in options.WhenFull == FullPolicy.RemoveOldest ? [false, true] : new[] { false })
        {
            foreach (var (path, name) in DeadLetterName.List(directory))
            {
                if (_bytes + bytes <= options.MaxBytes)
                {
                    return removed;
                }

                if (TryRemove(path, name, marks, isForced, flow, ref removed, out var freed))
                {
                    _bytes -= freed;
                }
            }
        }

        return removed;
    }

    private bool TryRemove(string path, DeadLetterName name, ResentDeadLetters marks, bool isForced, string flow, ref long removed, out long freed)
    {
        freed = new FileInfo(path).Length;
        if (!isForced && (marks.Count == 0 || _needed.GetValueOrDefault(path) == (freed, marks.Bytes)))
        {
            return false;
        }

        var (letters, waiting) = (0L, 0L);
        var reader = new DeadLetterReader(path);
        foreach (var letter in reader.Read())
        {
            letters++;
            waiting += marks.Contains(letter.Id) ? 0 : 1;
        }

        waiting += reader.Damaged; // it may have been a letter
        if (!isForced && (waiting > 0 || letters == 0))
        {
            _needed[path] = (freed, marks.Bytes);
            return false;
        }

        File.Delete(path);
        _needed.Remove(path);
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
