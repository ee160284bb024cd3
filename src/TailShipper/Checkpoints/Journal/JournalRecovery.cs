using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads a state directory and changes nothing in it. The newest complete snapshot is the base; then the lines of its
/// journal, and of any later journal whose own snapshot is damaged, each up to its first bad line. That is safe
/// because every line states a fact of one stream that was true when it was written, and lines are applied in the
/// order they were written: what is missing leaves an offset too low, which repeats, and never too high, which loses.
/// </summary>
internal sealed class JournalRecovery
{
    // More than a million streams. What is longer was not written by a shipper, and would take more memory than one is given.
    private const long MaxBytes = 256L * 1024 * 1024;
    private const int MostReserved = 1 << 18;

    private readonly IStateDirectory _directory;
    private readonly JournalLineReader _reader = new();
    private readonly List<JournalDamage> _damages = [];
    private CheckpointTable _table = new();
    private JournalEntry.Header? _base;
    private long _lastSequence;
    private long _highestDamagedSequence;
    private long _highestDamagedStream;

    private JournalRecovery(IStateDirectory directory) => _directory = directory;

    /// <summary>Reads <paramref name="directory"/>.</summary>
    /// <exception cref="CheckpointsUnusableException">Checkpoints exist, but no complete snapshot, or a file cannot be read.</exception>
    /// <exception cref="IOException">The directory cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be listed.</exception>
    /// <exception cref="FileNotFoundException">A file vanished meanwhile: a running shipper compacted. Read again.</exception>
    public static RecoveredCheckpoints Recover(IStateDirectory directory) => new JournalRecovery(directory).Recover();

    private RecoveredCheckpoints Recover()
    {
        var files = new List<CheckpointFile>();
        foreach (var name in _directory.List())
        {
            if (CheckpointFile.TryParse(name, out var file))
            {
                files.Add(file);
            }
        }

        files.Sort((left, right) => left.Generation.CompareTo(right.Generation));
        var isFirstStart = files.TrueForAll(IsTraceOfAnUnfinishedFirstStart);
        if (!isFirstStart)
        {
            LoadNewestSnapshot(files);
            ApplyJournals(files);
            _table.CountUsed(_highestDamagedStream + 1);
        }

        return new RecoveredCheckpoints
        {
            IsFirstStart = isFirstStart,
            Table = _table,
            BaseGeneration = _base?.Generation ?? 0,
            HighestGeneration = files.Count == 0 ? 0 : files[^1].Generation,
            LastSequence = Math.Max(_lastSequence, _highestDamagedSequence),
            SnapshotAt = _base?.At,
            Damages = _damages,
        };
    }

    // The first start writes a temporary snapshot and an empty journal before anything can have been recorded.
    private bool IsTraceOfAnUnfinishedFirstStart(CheckpointFile file) => file.Kind switch
    {
        CheckpointFileKind.Temporary => true,
        CheckpointFileKind.Journal => IsEmpty(file.Name),
        _ => false,
    };

    private void LoadNewestSnapshot(List<CheckpointFile> files)
    {
        for (var i = files.Count - 1; i >= 0 && _base is null; i--)
        {
            if (files[i].Kind == CheckpointFileKind.Snapshot)
            {
                LoadSnapshot(files[i]);
            }
        }

        if (_base is null)
        {
            var found = _damages.Count > 0 ? string.Join("; ", _damages) : "there is no snapshot";
            throw new CheckpointsUnusableException(
                $"the checkpoints in '{_directory.Name}' cannot be used: {found}. Starting without them would send every file "
                + "again from its beginning. Restore the files from a backup; or, to accept that, move every file called "
                + "checkpoints.* out of the directory, and start again.");
        }
    }

    private void LoadSnapshot(CheckpointFile file)
    {
        var content = Open(file.Name);
        var table = new CheckpointTable();
        using var lines = new JournalFileLines(file.Name, content, _reader);
        if (!lines.TryNext(out var first) || first is not JournalEntry.Header header)
        {
            SetAsideSnapshot(file, lines, "it does not begin like a snapshot");
            return;
        }

        if (header.Version > JournalEntry.FormatVersion)
        {
            throw new CheckpointsUnusableException(
                $"'{file.Name}' in '{_directory.Name}' has format version {header.Version}, and this program reads up to "
                + $"{JournalEntry.FormatVersion}: a newer tailshipper wrote it. Install that version again.");
        }

        table.Apply(header);
        table.Reserve((int)Math.Min(Math.Min(header.Streams, MostReserved), content.Length / 64)); // a stream line is longer than 64 bytes
        var streams = 0;
        JournalEntry entry;
        for (; lines.TryNext(out entry) && entry is JournalEntry.Full; streams++)
        {
            table.Apply(entry);
        }

        var isWhole = lines.Damage is null && header.Generation == file.Generation
            && entry is JournalEntry.Footer footer && footer.Streams == streams && header.Streams == streams
            && !lines.TryNext(out _) && lines.Damage is null;
        if (isWhole)
        {
            _table = table;
            _base = header;
            _lastSequence = entry.Sequence;
        }
        else
        {
            SetAsideSnapshot(file, lines, "the snapshot is incomplete, or belongs under another name");
        }
    }

    private void ApplyJournals(List<CheckpointFile> files)
    {
        foreach (var file in files)
        {
            if (file.Kind != CheckpointFileKind.Journal || file.Generation < _base!.Generation)
            {
                continue;
            }

            using var lines = new JournalFileLines(file.Name, Open(file.Name), _reader);
            if (file.Generation == _base.Generation)
            {
                lines.Follow(_lastSequence);
            }

            while (lines.TryNext(out var entry))
            {
                if (entry.Sequence <= _lastSequence || entry is JournalEntry.Header or JournalEntry.Footer)
                {
                    lines.Stop("it belongs to another file");
                    break;
                }

                _table.Apply(entry);
                _lastSequence = entry.Sequence;
            }

            if (lines.Damage is { } damage)
            {
                SetAside(damage);
            }
        }
    }

    // A snapshot gets its name only when it is whole and synced: one that breaks off is as bad as one that was overwritten.
    private void SetAsideSnapshot(CheckpointFile file, JournalFileLines lines, string reason) =>
        SetAside(new JournalDamage(file.Name, Math.Max(lines.Line, 1), lines.Damage?.Reason ?? reason, IsTorn: false));

    private void SetAside(JournalDamage damage)
    {
        _damages.Add(damage);

        // Lines beyond the damage are not applied, but the stream numbers in them are taken all the same.
        var numbers = new CheckpointTable();
        using var content = Open(damage.File);
        var blocks = new JournalBlocks(content);
        do
        {
            while (blocks.TryNext())
            {
                CountNumbers(blocks.Lines, numbers);
            }
        }
        while (blocks.IsTooLong && blocks.TrySkip());

        CountNumbers(blocks.Rest, numbers);
        _highestDamagedStream = Math.Max(_highestDamagedStream, numbers.HighestStream);
    }

    private void CountNumbers(ReadOnlySpan<byte> bytes, CheckpointTable numbers)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (_reader.TryRead(end < 0 ? bytes : bytes[..end], out var entry, out _))
            {
                numbers.Apply(entry);
                _highestDamagedSequence = Math.Max(_highestDamagedSequence, entry.Sequence);
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private bool IsEmpty(string name)
    {
        using var file = Open(name);
        return file.Length == 0;
    }

    private CheckpointContent Open(string name)
    {
        var file = new CheckpointContent(_directory, name);
        if (file.Length <= MaxBytes)
        {
            return file;
        }

        using (file)
        {
            throw new CheckpointsUnusableException(
                $"'{name}' in '{_directory.Name}' has {file.Length} bytes, and checkpoints have at most {MaxBytes}: it is not what the "
                + "shipper wrote. Restore the files from a backup; or, to send every file again from its beginning, move every file called "
                + "checkpoints.* out of the directory, and start again.");
        }
    }
}

/// <summary>A checkpoint file that cannot be read stops the start: unreadable is not damaged.</summary>
internal sealed class CheckpointContent : IStateReader
{
    private readonly string _directory;
    private readonly string _name;
    private readonly IStateReader _file;

    /// <summary>Opens it.</summary>
    /// <exception cref="CheckpointsUnusableException">It cannot be opened.</exception>
    /// <exception cref="FileNotFoundException">It vanished meanwhile.</exception>
    public CheckpointContent(IStateDirectory directory, string name)
    {
        (_directory, _name) = (directory.Name, name);
        try
        {
            _file = directory.Open(name);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unusable(exception);
        }
    }

    /// <inheritdoc/>
    public long Length => _file.Length;

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return _file.Read(buffer);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unusable(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsUnreadable(Exception exception) =>
        exception is UnauthorizedAccessException or (IOException and not FileNotFoundException);

    // Falling back to an older snapshot now would repeat lines that a repaired mount would not.
    private CheckpointsUnusableException Unusable(Exception exception) => new(
        $"'{_name}' in '{_directory}' cannot be read: {exception.Message.TrimEnd('.')}. Make it readable for the user the shipper "
        + "runs as, or repair the disk, and start again.",
        exception);
}

/// <summary>
/// Checkpoints exist but none can be used. The shipper refuses to start: starting without them would send
/// every file again from its first byte. The message names file, reason and what to do.
/// </summary>
internal sealed class CheckpointsUnusableException(string message, Exception? inner = null)
    : StartRefusedException(message, ExitCodes.Configuration, inner);
