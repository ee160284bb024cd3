using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// The directory of all flows' dead letters, and its limits: one for all, and a share for each flow, so that the trouble of one does not
/// stop the others. When a limit is reached, files whose dead letters were all resent are removed; otherwise nothing more can be written,
/// unless the oldest file may be removed. Use only between <see cref="Enter"/> and its end.
/// </summary>
/// <param name="path">Where the files are.</param>
/// <param name="options">The limits.</param>
/// <param name="logger">For what is removed.</param>
/// <param name="flows">How many flows share the space; null for one.</param>
internal sealed class DeadLetterDirectory(string path, DeadLettersOptions options, ILogger logger, Func<int>? flows = null)
{
    private readonly Lock _lock = new();

    // Files that were found not to be all resent: not read again until they or the marks change.
    private readonly Dictionary<string, (long Length, long Marks)> _needed = new(StringComparer.Ordinal);
    private Dictionary<string, long>? _used;

    /// <summary>Where the files are.</summary>
    public string Path => path;

    /// <summary>Locks other flows out until disposed.</summary>
    public Lock.Scope Enter() => _lock.EnterScope();

    /// <summary>Makes room for <paramref name="bytes"/> more.</summary>
    /// <returns>Dead letters that were removed for it and had not been resent.</returns>
    /// <exception cref="DeadLettersUnavailableException">There is no room.</exception>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public long Reserve(string flow, long bytes)
    {
        if (NeverFits(bytes) is { } never)
        {
            throw new DeadLettersUnavailableException(never); // whatever is removed for it
        }

        _used ??= Measure();
        if (Refusal(flow, bytes) is null)
        {
            return 0;
        }

        _used = Measure(); // a person may have made room
        var removed = 0L;
        if (Refusal(flow, bytes) is not null)
        {
            removed = MakeRoom(flow, bytes);
            _used = Measure();
        }

        return Refusal(flow, bytes) is { } refusal ? throw new DeadLettersUnavailableException(refusal) : removed;
    }

    /// <summary>Counts what was written.</summary>
    public void Written(string flow, int bytes) => Use(flow, bytes);

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

    /// <summary>Bytes that a flow may take; 0 for no limit.</summary>
    private long Share => options.MaxBytesPerFlow > 0 ? options.MaxBytesPerFlow : options.MaxBytes / Math.Max(1, flows?.Invoke() ?? 1);

    /// <summary>Why there is no room for <paramref name="bytes"/> even where nothing else is; null when there is.</summary>
    private string? NeverFits(long bytes)
    {
        var (name, limit) = options.MaxBytesPerFlow > 0 && (options.MaxBytes <= 0 || options.MaxBytesPerFlow <= options.MaxBytes)
            ? ("Shipper:DeadLetters:MaxBytesPerFlow", options.MaxBytesPerFlow)
            : options.MaxBytesPerFlow > 0 ? ("Shipper:DeadLetters:MaxBytes", options.MaxBytes)
            : ("Shipper:DeadLetters:MaxBytes, divided by the number of flows,", Share);
        return limit > 0 && bytes > limit
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"it would take {bytes:N0} bytes as dead letters, and {name} allows {limit:N0}. Raise it, or set "
                + $"Oversize of the flow to Split or Truncate")
            : null;
    }

    /// <summary>Why there is no room for <paramref name="bytes"/> more, and what to do; null when there is.</summary>
    private string? Refusal(string flow, long bytes)
    {
        const string remedy = "Fix their reasons and send them again (tailshipper deadletters resend), move files away, or raise the limit";
        return IsOver(bytes)
            ? string.Create(CultureInfo.InvariantCulture,
                $"the dead letters in {path} take {Used:N0} bytes, and Shipper:DeadLetters:MaxBytes allows {options.MaxBytes:N0}. {remedy}")
            : IsOverShare(flow, bytes)
            ? string.Create(
                CultureInfo.InvariantCulture, $"the dead letters of flow {flow} in {path} take {UsedBy(flow):N0} bytes, and its share is "
                + $"{Share} (Shipper:DeadLetters:MaxBytesPerFlow, or MaxBytes divided by the number of flows). {remedy}")
            : null;
    }

    private bool IsOverShare(string flow, long bytes) => Share > 0 && UsedBy(flow) + bytes > Share;

    private bool IsOver(long bytes) => options.MaxBytes > 0 && Used + bytes > options.MaxBytes;

    private long Used => _used!.Values.Sum();

    private long UsedBy(string flow) => _used!.GetValueOrDefault(flow);

    private void Use(string flow, long bytes) => _used![flow] = UsedBy(flow) + bytes;

    private Dictionary<string, long> Measure()
    {
        var used = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (file, name) in DeadLetterName.List(path))
        {
            used[name.Flow] = used.GetValueOrDefault(name.Flow) + (File.Exists(file) ? new FileInfo(file).Length : 0);
        }

        return used;
    }

    private long MakeRoom(string flow, long bytes)
    {
        var marks = ResentDeadLetters.Load(path);
        var removed = 0L;
        foreach (var isForced in options.WhenFull == FullPolicy.RemoveOldest ? [false, true] : new[] { false })
        {
            foreach (var (file, name) in DeadLetterName.List(path))
            {
                if (Refusal(flow, bytes) is null)
                {
                    return removed;
                }

                // What others have does not help a flow whose own share is spent.
                if ((name.Flow == flow || !IsOverShare(flow, bytes))
                    && TryRemove(file, name, marks, isForced, flow, ref removed, out var freed))
                {
                    Use(name.Flow, -freed);
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

        new PhysicalStateDirectory(path).Delete(name.ToString());
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
