using System.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What writers and rotators do to the disk.</summary>
internal sealed partial class SimulatedDisk
{
    private const ulong Device = 0x0103_0000_0002;

    private readonly Stack<ulong> _freed = new();
    private readonly Dictionary<DiskInode, long> _truncating = [];
    private ulong _lastInode = 100;
    private long _lastEvent;

    /// <summary>Called when a file was appended to: the place for a watch.</summary>
    public Action<string>? Written { get; set; }

    /// <summary>
    /// Called when a name appeared (from nowhere), is gone (to nowhere) or was renamed, and whether it is a directory's.
    /// </summary>
    public Action<string?, string?, bool>? Renamed { get; set; }

    /// <summary>False: the disk keeps no birth times, so a used inode number cannot be told by its generation.</summary>
    public bool HasBirthTimes { get; set; } = true;

    /// <summary>Steps in which modification times move, in ticks.</summary>
    public long TimeGrain { get; set; } = 1;

    /// <summary>
    /// How long a truncation takes that begins at some time: as long its new size is seen with the times of before, as on ext4 and tmpfs
    /// (findings/linux-truncation-shows-size-before-time.sh).
    /// </summary>
    public Func<DateTimeOffset, TimeSpan>? TruncationTakes { get; set; }

    /// <summary>The inode behind a name; throws when there is none.</summary>
    public DiskInode this[string path] => _files[path];

    public bool Exists(string path) => _files.ContainsKey(path);

    /// <summary>Makes an empty file; in place of the one that bears the name, if any.</summary>
    public DiskInode Create(string path)
    {
        Delete(path);
        var number = _freed.TryPop(out var freed) ? freed : ++_lastInode;
        var inode = new DiskInode(new FileId(Device, number), HasBirthTimes ? EventTicks() : 0);
        Touch(inode);
        Name(path, inode);
        return inode;
    }

    /// <summary>Appends, and makes the file when it is not there.</summary>
    public void Append(string path, string text) => Append(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Append(string, string)"/>
    public void Append(string path, ReadOnlySpan<byte> bytes)
    {
        var inode = _files.TryGetValue(path, out var there) ? there : Create(path);
        if (bytes.Length > 0)
        {
            inode.Content.Append(bytes);
            Touch(inode);
            Written?.Invoke(path);
        }
    }

    /// <summary>Appends many times the same byte without keeping them.</summary>
    public void AppendFill(string path, char fill, long length)
    {
        _files[path].Content.AppendFill((byte)fill, length);
        Touch(_files[path]);
    }

    public void Truncate(string path, long length = 0)
    {
        var inode = _files[path];
        inode.Content.Truncate(length);
        inode.Content.AppendHole(length - inode.Content.Length);
        if (TruncationTakes?.Invoke(time.GetUtcNow()) is { Ticks: > 0 } duration)
        {
            _truncating[inode] = time.GetUtcNow().Ticks + duration.Ticks;
        }
        else
        {
            Touch(inode);
        }
    }

    /// <summary>Writes at an offset, as a writer that does not append, and makes the file when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where to; a hole comes before it where that lies behind the end.</param>
    /// <param name="text">What.</param>
    /// <param name="isMapped">True for a write through a mapping: neither the modification time nor a watch tells.</param>
    public void WriteAt(string path, long offset, string text, bool isMapped = false)
    {
        var inode = _files.TryGetValue(path, out var there) ? there : Create(path);
        inode.Content.Write(offset, Encoding.UTF8.GetBytes(text));
        if (!isMapped)
        {
            Touch(inode);
            Written?.Invoke(path);
        }
    }

    /// <summary>Punches a hole into a file: fallocate(2).</summary>
    public void Punch(string path, long offset, long length)
    {
        _files[path].Content.Punch(offset, length);
        Touch(_files[path]);
    }

    /// <summary>Renames, over whatever bore the new name.</summary>
    public void Rename(string from, string to)
    {
        var inode = _files[from];
        var renamed = Renamed;
        Renamed = null; // what is replaced is not reported
        Delete(to);
        _files.Remove(from);
        Changed(from);
        inode.Paths.Remove(from);
        Name(to, inode);
        inode.Changed = EventTicks();
        Renamed = renamed;
        Renamed?.Invoke(from, to, false);
    }

    public void Link(string existing, string name) => Name(name, _files[existing]);

    /// <summary>Copies the first <paramref name="length"/> bytes into a new file, or all of them.</summary>
    public DiskInode Copy(string from, string to, long length = long.MaxValue)
    {
        var source = _files[from].Content;
        var bytes = new byte[Math.Min(source.Length, length)];
        source.Read(bytes, 0);
        var copy = Create(to);
        copy.Content.Append(bytes);
        return copy;
    }

    /// <summary>Appends to a copy what its original holds beyond it, up to <paramref name="length"/>.</summary>
    public DiskInode ContinueCopy(string from, string to, long length)
    {
        var (source, copy) = (_files[from].Content, _files[to]);
        var bytes = new byte[Math.Max(0, Math.Min(source.Length, length) - copy.Content.Length)];
        source.Read(bytes, copy.Content.Length);
        if (bytes.Length > 0)
        {
            copy.Content.Append(bytes);
            Touch(copy);
        }

        return copy;
    }

    /// <summary>What logrotate's copytruncate does, without anybody writing in between.</summary>
    public void CopyTruncate(string from, string to)
    {
        Copy(from, to);
        Truncate(from);
    }

    public void Delete(string path)
    {
        if (_files.Remove(path, out var inode))
        {
            inode.Paths.Remove(path);
            inode.Changed = EventTicks();
            Changed(path);
            FreeIfUnused(inode);
            Renamed?.Invoke(path, null, false);
        }
    }

    public void MakeDirectory(string path)
    {
        for (var above = path; above is { Length: > 1 }; above = Path.GetDirectoryName(above))
        {
            if (_directories.Add(above))
            {
                Changed(above);
                Changed(Path.Join(above, "."));
                Renamed?.Invoke(null, above, true);
            }
        }
    }

    private void Name(string path, DiskInode inode)
    {
        MakeDirectory(Path.GetDirectoryName(path)!);
        _files.Add(path, inode);
        Changed(path);
        inode.Paths.Add(path);
        Renamed?.Invoke(null, path, false);
    }

    private void Touch(DiskInode inode)
    {
        _truncating.Remove(inode); // a write waits for the truncation to end
        inode.Changed = EventTicks();
        inode.Modified = inode.Changed / TimeGrain * TimeGrain;
    }

    private void EndTruncations()
    {
        foreach (var (inode, due) in _truncating)
        {
            if (time.GetUtcNow().Ticks >= due)
            {
                Touch(inode);
            }
        }
    }

    /// <summary>
    /// A time for what happens to a file now, a little behind the clock as on Linux: births and deletions of one moment have the order in
    /// which they happened.
    /// </summary>
    private long EventTicks() => _lastEvent = Math.Max(_lastEvent + 1, time.GetUtcNow().Ticks - TimeSpan.TicksPerMillisecond);

    private void FreeIfUnused(DiskInode inode)
    {
        if (inode.Paths.Count == 0 && inode.Handles == 0)
        {
            _freed.Push((ulong)inode.Id.Inode);
        }
    }
}
