using Shipper.TailShipper.DeadLetters;


namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>All dead letters of a directory, read one by one.</summary>
/// <param name="directory">Where.</param>
internal sealed class LetterShelf(string directory)
{
    private readonly List<string> _problems = [];

    /// <summary>Files that could not be read, or not whole, with the reason; complete when <see cref="Read"/> has ended.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>True when a file could not be read at all: there may be letters that nobody saw.</summary>
    public bool IsBlind { get; private set; }

    /// <summary>Every letter, oldest file first, each once.</summary>
    /// <exception cref="IOException">The directory cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not list it.</exception>
    public IEnumerable<StoredDeadLetter> Read(string? flow = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in DeadLetterName.List(directory, flow))
        {
            var reader = new DeadLetterReader(path);
            using var letters = reader.Read().GetEnumerator();
            while (Next(letters, path))
            {
                if (seen.Add(letters.Current.Id))
                {
                    yield return letters.Current;
                }
            }

            if (reader.Damaged > 0)
            {
                _problems.Add($"{path}: {reader.Damaged} lines are no letters; a crash may have torn them before anything of them was settled, else the file was damaged");
            }
        }
    }

    private bool Next(IEnumerator<StoredDeadLetter> letters, string path)
    {
        try
        {
            return letters.MoveNext();
        }
        catch (FileNotFoundException)
        {
            return false; // removed since it was listed
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{path} cannot be read ({exception.Message.TrimEnd('.')}); ask as the service's user or as root");
            IsBlind = true;
            return false;
        }
    }
}
