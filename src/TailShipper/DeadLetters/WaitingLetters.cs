using Shipper.Foundation.Files;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// Counts the dead letters that were not resent, of every flow; reads them only when something in their directory has changed.
/// </summary>
/// <param name="directory">Where they are.</param>
internal sealed class WaitingLetters(string directory)
{
    private string? _seen;
    private Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>
    /// How many wait, by flow; flows without any may be missing. Of what cannot be read the last counts stay.
    /// </summary>
    public IReadOnlyDictionary<string, long> Count()
    {
        try
        {
            var now = Signature();
            if (now != _seen)
            {
                _counts = Read();
                _seen = now;
            }
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // A flow that writes there reports it.
        }

        return _counts;
    }

    private string Signature() => !Directory.Exists(directory) ? "" : string.Join('\n', new DirectoryInfo(directory).EnumerateFiles()
        .Where(file => file.Extension is ".jsonl" or ".marks").OrderBy(file => file.Name, StringComparer.Ordinal)
        .Select(file => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}")));

    private Dictionary<string, long> Read()
    {
        var counts = new Dictionary<string, LetterCount>(StringComparer.Ordinal);
        var files = DeadLetterName.List(directory);
        if (files.Count == 0)
        {
            return [];
        }

        using var marks = ResentDeadLetters.Load(directory);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in files)
        {
            foreach (var letter in new DeadLetterReader(path).Read())
            {
                if (!marks.Contains(letter.Id) && seen.Add(letter.Id))
                {
                    counts.TryAdd(letter.Flow, new LetterCount());
                    counts[letter.Flow].Add(letter);
                }
            }
        }

        return counts.ToDictionary(flow => flow.Key, flow => flow.Value.Total, StringComparer.Ordinal);
    }
}
