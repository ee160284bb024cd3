using System.CommandLine;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>All dead letters of a directory, read one by one.</summary>
/// <param name="directory">Where.</param>
internal sealed class DeadLetterStore(string directory)
{
    private readonly List<string> _problems = [];

    /// <summary>Files that could not be read, or not whole, with the reason; complete when <see cref="Read"/> has ended.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>True when a file could not be read at all: there may be dead letters that were not seen.</summary>
    public bool IsBlind { get; private set; }

    /// <summary>Every dead letter, oldest file first, each once.</summary>
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
                _problems.Add($"{path}: {reader.Damaged} lines are not dead letters; a crash may have torn them before anything of them "
                    + "was settled, or the file was damaged");
            }
        }
    }

    /// <summary>
    /// How many dead letters there are of <paramref name="stream"/>, and their bytes; none also where the files cannot be read.
    /// </summary>
    public (long Count, long Bytes) CountOf(string flow, StreamId stream)
    {
        try
        {
            var found = Read(flow).Where(letter => letter.Letter.Stream == stream).ToList();
            return (found.Count, found.Sum(letter => letter.Letter.Span.Length));
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return (0, 0); // it only adds to an answer
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
        catch (Exception exception) when (exception.IsDiskError())
        {
            _problems.Add($"{path} cannot be read ({exception.Message.TrimEnd('.')}); ask as the service's user or as root");
            IsBlind = true;
            return false;
        }
    }
}

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
/// <param name="Flow">The flow's name.</param>
/// <param name="Since">Written then or later.</param>
/// <param name="Reason">A part of the reason, in any case.</param>
internal sealed record DeadLetterFilter(string? Flow = null, DateTimeOffset? Since = null, string? Reason = null)
{
    /// <summary>True when <paramref name="letter"/> is meant.</summary>
    public bool Takes(StoredDeadLetter letter) => (Flow is null || letter.Flow == Flow)
        && (Since is null || letter.At >= Since)
        && (Reason is null || letter.Letter.Reason.Contains(Reason, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The options that choose dead letters.</summary>
internal sealed class FilterOptions
{
    /// <summary>By flow.</summary>
    public Option<string?> Flow { get; } = new("--flow") { Description = "Only this flow's.", HelpName = "NAME" };

    /// <summary>By time.</summary>
    public Option<DateTimeOffset?> Since { get; } =
        CommandLine.TimeOption("--since", "Only dead letters written then (ISO 8601), or so long ago (6h), or later.");

    /// <summary>By reason.</summary>
    public Option<string?> Reason { get; } = new("--reason")
    {
        Description = "Only dead letters whose reason contains this text.",
        HelpName = "TEXT",
    };

    /// <summary>What the command line chose.</summary>
    public DeadLetterFilter Of(ParseResult result) => new(result.GetValue(Flow), result.GetValue(Since), result.GetValue(Reason));
}
