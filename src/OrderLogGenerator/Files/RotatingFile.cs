using System.Globalization;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>One log file across its rotations: which file is open, and how the next one takes its place.</summary>
/// <param name="names">The names of the files.</param>
/// <param name="rotation">Mode, and how many rotated files are kept.</param>
/// <param name="directory">The file system.</param>
/// <param name="time">Clock for names and ages.</param>
internal sealed class RotatingFile(LogFileNames names, RotationOptions rotation, ILogDirectory directory, TimeProvider time) : IDisposable
{
    private readonly NumberedFiles _numbered = new(directory, rotation.Keep);
    private ILogFile? _file;
    private long _started;
    private bool _copied;

    /// <summary>Path of the open file or of the next one; empty before the first.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Number of files created so far.</summary>
    public long Files { get; private set; }

    /// <summary>Time since the open file was created or truncated.</summary>
    public TimeSpan Age => time.GetElapsedTime(_started);

    private bool KeepsName => rotation.Mode is RotationMode.Rename or RotationMode.CopyTruncate;

    /// <summary>The open file; creates one if there is none.</summary>
    public ILogFile Open()
    {
        if (_file is null)
        {
            if (Path.Length == 0 || !KeepsName)
            {
                Path = NextPath();
            }

            _file = directory.Create(Path);
            Started();
            if (rotation.Mode == RotationMode.NewFile)
            {
                DeleteExcess();
            }
        }

        return _file;
    }

    /// <summary>Sets the full file target. After an exception it can be called again and resumes where it stopped.</summary>
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
                Started();
                break;
            case RotationMode.Rename:
                var target = _numbered.MakeRoom(Path);
                Close();
                if (directory.Exists(Path))
                {
                    directory.Move(Path, target);
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

    private void Started()
    {
        _started = time.GetTimestamp();
        Files++;
    }

    private string NextPath()
    {
        var now = time.GetUtcNow();
        var path = names.PathAt(now);
        if (names.IsFixed && KeepsName && directory.Exists(path))
        {
            // A file that an earlier run left under the fixed name is rotated, so that the runs do not mix.
            directory.Move(path, _numbered.MakeRoom(path));
            return path;
        }

        return names.UnusedPath(now, directory.Exists);
    }

    private void CopyTo(string target)
    {
        try
        {
            directory.Copy(Path, target);
        }
        catch (IOException) when (directory.Exists(target))
        {
            // A partial copy would be read as a torn line, and would make the next attempt fail.
            directory.Delete(target);
            throw;
        }
    }

    private void DeleteExcess()
    {
        if (rotation.Keep == 0)
        {
            return;
        }

        var rotated = names.Matching(directory.Names(names.Directory)).Where(name => name != System.IO.Path.GetFileName(Path)).ToList();
        foreach (var name in rotated.Take(Math.Max(0, rotated.Count - rotation.Keep)))
        {
            directory.Delete(System.IO.Path.Combine(names.Directory, name));
        }
    }
}

/// <summary>The rotated files of one path: <c>name.log.1</c> (the newest), <c>name.log.2</c>, …</summary>
/// <param name="directory">The file system.</param>
/// <param name="keep">How many to keep; 0 keeps all.</param>
internal sealed class NumberedFiles(ILogDirectory directory, int keep)
{
    /// <summary>
    /// Frees number 1: renames every file to the next number and deletes those beyond the number to keep. Does nothing if 1
    /// is free. Returns the path of number 1.
    /// </summary>
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
