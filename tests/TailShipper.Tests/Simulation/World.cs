using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Keeps the books: which lines stand in which inode, where they can still be read, and which of them are gone.</summary>
internal sealed class World
{
    private readonly Stage _stage;
    private readonly Func<string, bool> _isNamed;
    private readonly Dictionary<DiskInode, (WorldText Text, List<WorldLine> Lines)> _held = [];
    private readonly Dictionary<DiskInode, WorldLine> _half = [];
    private readonly HashSet<DiskInode> _copies = [];

    // What replaced a file, and since when the shipper has met it; null when it has not.
    private readonly Dictionary<DiskInode, long?> _replacements = [];
    private readonly HashSet<(FileId File, WorldText Text)> _known = [];
    private readonly HashSet<FileId> _begunEmpty = [];
    private readonly HashSet<DiskInode> _rewriting = [];

    public World(Stage stage, Func<string, bool> isNamed) => (_stage, _isNamed) = (stage, isNamed);

    /// <summary>True while the world moves between two things that the shipper asks of the disk.</summary>
    public bool InRace { get; set; }

    /// <summary>Every line ever begun, by number.</summary>
    public List<WorldLine> Lines { get; } = [];

    /// <summary>Every text.</summary>
    public List<WorldText> Texts { get; } = [];

    /// <summary>Bytes that were taken away before they were delivered, half lines included.</summary>
    public long BytesGone { get; private set; }

    /// <summary>How often the shipper was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Appends the next <paramref name="count"/> bytes of a line.</summary>
    public void Write(string path, WorldLine line, int count)
    {
        var (bytes, from) = (line.Bytes, line.Written);
        line.Written = Math.Min(from + count, bytes.Length + 1);
        _stage.Disk.Append(path, [.. bytes.AsSpan(from, Math.Min(line.Written, bytes.Length) - from), .. line.IsComplete ? "\n"u8 : []]);
        var inode = _stage.Disk[path];
        if (!line.IsComplete)
        {
            _half[inode] = line;
            return;
        }

        _half.Remove(inode);
        if (_held.TryGetValue(inode, out var held))
        {
            held.Lines.Add(line);
            line.Places.Add(inode);
            Check(inode);
        }
        else
        {
            line.Gone = true; // to a file that nobody can know of
        }
    }

    /// <summary>A new line at the end of what a path holds.</summary>
    public WorldLine NewLine(string path, Func<int, byte[]> content)
    {
        if (!_stage.Disk.Exists(path))
        {
            _stage.Disk.Create(path);
        }

        var inode = _stage.Disk[path];
        if (!_held.TryGetValue(inode, out var held))
        {
            Texts.Add(new WorldText(Texts.Count) { IsUntracked = inode.Content.Length > 0 });
            _held[inode] = held = (Texts[^1], []);
            _known.Add((inode.Id, Texts[^1]));
        }

        var line = new WorldLine(Lines.Count, held.Text, content(Lines.Count));
        Lines.Add(line);
        held.Text.Lines.Add(line);
        return line;
    }

    /// <summary>An empty file.</summary>
    public void Create(string path)
    {
        _stage.Disk.Create(path);
        _begunEmpty.Add(_stage.Disk[path].Id);
    }

    public void Rename(string from, string to)
    {
        Delete(to);
        _stage.Disk.Rename(from, to);
        Check(_stage.Disk[to]);
    }

    public void Truncate(string path)
    {
        var inode = _stage.Disk[path];
        var told = Told(inode);
        if (_stage.Shipper?.Streams.ByFile(inode.Id) is { Handle: not null, Head.Length: 0 } untouched)
        {
            // All that is known of it, or within a call will be, is that it held so much: no copy of that can be told.
            BytesGone += InRace ? Math.Max(untouched.Size, inode.Content.Length) : untouched.Size;
        }

        _stage.Disk.Truncate(path);
        if (_held.Remove(inode, out var held))
        {
            Take(inode, held.Lines, told);
        }
    }

    public void Delete(string path)
    {
        if (_stage.Disk.Exists(path))
        {
            var inode = _stage.Disk[path];
            _stage.Disk.Delete(path);
            Check(inode);
        }
    }

    /// <summary>Copies what a file holds now, cut off at <paramref name="length"/>.</summary>
    public void Copy(string from, string to, long length, bool staysBeside)
    {
        Delete(to);
        Copied(_stage.Disk[from], _stage.Disk.Copy(from, to, length), length, staysBeside, isBackup: staysBeside && !_isNamed(to));
    }

    /// <summary>Writes a new file with what a file holds, and moves it into its place.</summary>
    public void ReplaceByCopy(string path, string temporary)
    {
        var source = _stage.Disk[path];
        _stage.Disk.Copy(path, temporary);
        _stage.Disk.Rename(temporary, path);
        _replacements[_stage.Disk[path]] = null;
        Copied(source, _stage.Disk[path], long.MaxValue, staysBeside: true, isBackup: false);
        WrittenAnew(_stage.Disk[path], _stage.Disk[path].Content.Length);
        Check(source);
    }

    /// <summary>Truncates a file and writes the first <paramref name="length"/> bytes again.</summary>
    /// <returns>The others, which must follow.</returns>
    public byte[] BeginRewrite(string path, long length)
    {
        var inode = _stage.Disk[path];
        var bytes = new byte[inode.Content.Length];
        inode.Content.Read(bytes, 0);
        _stage.Disk.Truncate(path);
        _stage.Disk.Append(path, bytes.AsSpan(0, (int)length));
        WrittenAnew(inode, bytes.Length);
        if (_held.TryGetValue(inode, out var held))
        {
            held.Lines.ForEach(line => line.Copies++);
        }

        _rewriting.Add(inode);
        _replacements[inode] = null;
        return bytes[(int)length..];
    }

    /// <summary>Writes the others.</summary>
    public void EndRewrite(string path, byte[] rest)
    {
        _stage.Disk.Append(path, rest);
        _rewriting.Remove(_stage.Disk[path]);
    }

    /// <summary>True while what a file held is not all in it again.</summary>
    public bool IsBeingRewritten(DiskInode inode) => _rewriting.Contains(inode);

    /// <summary>Where the evidence ends its lines may come twice, in another order, and count as lost for a while.</summary>
    private void WrittenAnew(DiskInode inode, long bytes)
    {
        BytesGone += bytes;
        if (_held.TryGetValue(inode, out var held))
        {
            held.Text.IsWrittenAnew = true;
        }
    }

    /// <summary>A copy may be shipped as a file of its own, beside its original.</summary>
    public void TakeForFile(string copy)
    {
        if (_held.TryGetValue(_stage.Disk[copy], out var held))
        {
            held.Lines.ForEach(line => line.Copies++);
        }
    }

    /// <summary>Goes on with a copy that was cut off before, up to <paramref name="length"/>.</summary>
    public void ContinueCopy(string from, string to, long length) =>
        Copied(_stage.Disk[from], _stage.Disk.ContinueCopy(from, to, length), length, staysBeside: false, isBackup: false);

    private void Copied(DiskInode source, DiskInode copy, long length, bool staysBeside, bool isBackup)
    {
        if (!_held.TryGetValue(source, out var held))
        {
            return;
        }

        // Without birth times a copy that got the inode that its text had before is that file, for all that anybody knows.
        // So is one that got the inode of a file that was empty when it was seen, once the original cannot be compared any more.
        var isKnown = !_stage.Disk.HasBirthTimes && (_known.Contains((copy.Id, held.Text)) || _begunEmpty.Contains(copy.Id));
        var (at, lines) = (0L, new List<WorldLine>());
        foreach (var line in held.Lines)
        {
            at += line.Bytes.Length + 1;
            if (at > length)
            {
                line.Fragments.Add((int)(length - (at - line.Bytes.Length - 1)));
                break;
            }

            lines.Add(line);
            line.Copies += (isBackup ? isKnown : staysBeside) ? 1 : 0;
            if (!isBackup) // nobody has to look for a backup out of the pattern
            {
                line.Places.Add(copy);
            }
        }

        if (_half.TryGetValue(source, out var half) && length > at && lines.Count == held.Lines.Count)
        {
            var copied = (int)Math.Min(length - at, half.Written);
            half.Fragments.Add(copied);
            half.Copies += copied == half.Bytes.Length && (isBackup ? isKnown : staysBeside) ? 1 : 0; // only its newline is missing there
        }

        if (!isBackup)
        {
            _held[copy] = (held.Text, lines);
            _known.Add((copy.Id, held.Text));
            if (IsUnmet(source))
            {
                _replacements[copy] = null; // of one that the shipper has not met
            }
            else if (_replacements.TryGetValue(source, out var met))
            {
                _replacements.TryAdd(copy, met); // found again by what is remembered of that one
            }

            _copies.Add(copy);
            Check(copy);
        }
    }

    /// <summary>
    /// Between two things that the shipper does: what it has open now it knows, once it saw enough of it to know it again.
    /// </summary>
    public void Observe()
    {
        foreach (var (inode, held) in _held)
        {
            if (IsUnmet(inode) && Tailing(inode) is { Head.Length: >= FileIdentity.Proof })
            {
                _replacements[inode] = _stage.Clock.Now;
            }

            if (held.Text.KnownSince is null && !_copies.Contains(inode) && Tailing(inode) is { Head.Length: >= FileIdentity.Proof })
            {
                held.Text.KnownSince = _stage.Clock.Now;
            }
        }
    }

    /// <summary>The shipper ended. What only its open files held is gone; what it knew for too short is not remembered.</summary>
    public void Ended(bool killed, long rememberedBefore)
    {
        Kills += killed ? 1 : 0;
        foreach (var (inode, met) in _replacements.ToList())
        {
            _replacements[inode] = killed && met > rememberedBefore ? null : met;
        }

        foreach (var text in Texts)
        {
            if (killed && text.KnownSince > rememberedBefore)
            {
                text.KnownSince = null;
            }
        }

        CheckAll();
    }

    /// <summary>Looks at all inodes anew: whether what they hold can still be read.</summary>
    public void CheckAll()
    {
        foreach (var inode in _held.Keys.ToList())
        {
            Check(inode);
        }
    }

    private void Check(DiskInode inode)
    {
        // A file out of the pattern is looked for only when its stream is known; so is a file without a name, by whoever holds it open.
        if (_held.TryGetValue(inode, out var held) && inode.Handles == 0
            && !inode.Paths.Any(path => _isNamed(path) || (held.Text.KnownSince is not null && !IsFarCopy(inode, path))))
        {
            _held.Remove(inode);
            Take(inode, held.Lines, Told(inode));
        }
    }

    /// <summary>
    /// In another directory a file is searched for by its inode, which a copy does not have. What replaced a file and was moved on before
    /// the shipper met it is not searched for at all.
    /// </summary>
    private bool IsFarCopy(DiskInode inode, string path) =>
        IsUnmet(inode) || (_copies.Contains(inode) && Path.GetDirectoryName(path) != "/logs");

    private bool IsUnmet(DiskInode inode) => _replacements.TryGetValue(inode, out var met) && met is null;

    /// <summary>How much of it the shipper has seen; in the middle of a look it may not have had the time to take note.</summary>
    private long Told(DiskInode inode) => InRace ? 0 : Tailing(inode)?.Size ?? 0;

    /// <summary>The stream that has this inode open and knows what it holds by now, not what it held before.</summary>
    private TailedStream? Tailing(DiskInode inode)
    {
        if (_stage.Shipper?.Streams.ByFile(inode.Id) is not { Handle: not null, Head.Length: > 0 } stream)
        {
            return null;
        }

        var head = new byte[stream.Head.Length];
        return Fingerprint.Of(head.AsSpan(0, inode.Content.Read(head, 0))) == stream.Head ? stream : null;
    }

    private void Take(DiskInode inode, List<WorldLine> lines, long told)
    {
        BytesGone += _half.Remove(inode, out var half) ? half.Written : 0;
        var end = 0L;
        foreach (var line in lines)
        {
            end += line.Bytes.Length + 1;
            line.Places.Remove(inode);
            if (line.Places.Count == 0 && !line.IsDelivered && !line.Gone)
            {
                line.Gone = true;
                line.GoneButTold = end <= told;
                BytesGone += line.Bytes.Length + 1;
            }
            else if (line is { Copies: > 0, IsDelivered: false })
            {
                // Shipped from a copy that is a file of its own: after a stop that came before this was known it counts as lost, too.
                BytesGone += line.Bytes.Length + 1;
            }
        }
    }
}
