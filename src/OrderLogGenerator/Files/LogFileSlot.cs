using System.Globalization;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The place of one log file: which file is open there, and how it gives way to the next.</summary>
/// <param name="names">Owns the names.</param>
/// <param name="rotation">The mode, and how many rotated files are kept.</param>
/// <param name="directory">The file system.</param>
/// <param name="time">The clock for names and ages.</param>
internal sealed class LogFileSlot(LogFileNames names, RotationOptions rotation, ILogDirectory directory, TimeProvider time) : IDisposable
{
    private readonly NumberedFiles _numbered = new(directory, rotation.Keep);
    private ILogFile? _file;
    private long _begun;
    private bool _copied;

    /// <summary>The open file's path, or where it will be; empty before the first.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Files begun so far.</summary>
    public long Files { get; private set; }

    /// <summary>How long the open file has taken lines.</summary>
    public TimeSpan Age => time.GetElapsedTime(_begun);

    private bool KeepsItsName => rotation.Mode is RotationMode.Rename or RotationMode.CopyTruncate;

    /// <summary>The open file; begins one when there is none.</summary>
    public ILogFile Open()
    {
        if (_file is null)
        {
            if (Path.Length == 0 || !KeepsItsName)
            {
                Path = FreePath();
            }

            _file = directory.Create(Path);
            Begun();
            if (rotation.Mode == RotationMode.NewFile)
            {
                Retain();
            }
        }

        return _file;
    }

    /// <summary>Makes room for new lines. When it throws, it can be called again and goes on where it was.</summary>
    public void Rotate()
    {
        switch (rotation.Mode)
        {
            case RotationMode.CopyTruncate:
                if (!_copied)
                {
                    CopyTo(_numbered.MakeRoom(Path));
                    _copied = true;
                }

                _file!.Truncate(0);
                _copied = false;
                Begun();
                break;
            case RotationMode.Rename:
                var aside = _numbered.MakeRoom(Path);
                Close();
                if (directory.Exists(Path))
                {
                    directory.Move(Path, aside);
                }

                break;
            default:
                Close();
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Begun()
    {
        _begun = time.GetTimestamp();
        Files++;
    }

    private string FreePath()
    {
        var now = time.GetUtcNow();
        var path = names.Plain(now);
        if (names.Fixed && KeepsItsName && directory.Exists(path))
        {
            // What an earlier run left under the fixed name is rotated, not mixed with this run's lines.
            directory.Move(path, _numbered.MakeRoom(path));
            return path;
        }

        return names.Free(now, directory.Exists);
    }

    private void CopyTo(string aside)
    {
        try
        {
            directory.Copy(Path, aside);
        }
        catch (IOException) when (directory.Exists(aside))
        {
            // Half a copy would be read as a torn line, and stand in the way of the next attempt.
            directory.Delete(aside);
            throw;
        }
    }

    private void Retain()
    {
        if (rotation.Keep == 0)
        {
            return;
        }

        var rotated = names.Kin(directory.Names(names.Directory)).Where(name => name != System.IO.Path.GetFileName(Path)).ToList();
        foreach (var name in rotated.Take(Math.Max(0, rotated.Count - rotation.Keep)))
        {
            directory.Delete(System.IO.Path.Combine(names.Directory, name));
        }
    }
}

/// <summary>The rotated files <c>name.log.1</c> (the newest), <c>name.log.2</c>, … behind one path.</summary>
/// <param name="directory">The file system.</param>
/// <param name="keep">How many to keep; 0 keeps all.</param>
internal sealed class NumberedFiles(ILogDirectory directory, int keep)
{
    /// <summary>Frees number 1: every file moves one up, and those beyond what is kept are deleted. Does nothing when 1 is free.</summary>
    public string MakeRoom(string path)
    {
        var first = Numbered(path, 1);
        if (directory.Exists(first))
        {
            foreach (var number in Numbers(path).OrderDescending())
            {
                if (keep > 0 && number >= keep)
                {
                    directory.Delete(Numbered(path, number));
                }
                else
                {
                    directory.Move(Numbered(path, number), Numbered(path, number + 1));
                }
            }
        }

        return first;
    }

    private static string Numbered(string path, int number) => $"{path}.{number.ToString(CultureInfo.InvariantCulture)}";

    private List<int> Numbers(string path)
    {
        var prefix = Path.GetFileName(path) + ".";
        var numbers = new List<int>();
        foreach (var name in directory.Names(Path.GetDirectoryName(path)!))
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number > 0 && name == prefix + number.ToString(CultureInfo.InvariantCulture))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
