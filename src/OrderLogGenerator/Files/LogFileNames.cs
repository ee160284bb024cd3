using System.Globalization;
using System.Text.RegularExpressions;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The names of one log file among several: the name of a new one, and which existing files follow the same pattern.</summary>
internal sealed class LogFileNames
{
    /// <summary>Placeholder for the time at which the file is created.</summary>
    internal const string TimeToken = "{time}";

    /// <summary>Placeholder for the number of the file among several.</summary>
    internal const string FileToken = "{file}";

    private const string TimeFormat = "yyyyMMdd-HHmmss";

    private readonly string _pattern;
    private readonly Regex _matching;

    /// <summary>Creates the names of file <paramref name="file"/> of <paramref name="files"/> in <paramref name="directory"/>.</summary>
    public LogFileNames(string directory, string pattern, int file, int files)
    {
        Directory = directory;
        if (files > 1 && !pattern.Contains(FileToken, StringComparison.Ordinal))
        {
            pattern = BeforeExtension(pattern, "-" + FileToken);
        }

        _pattern = pattern.Replace(FileToken, file.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var expression = Regex.Escape(BeforeExtension(_pattern, "<counter>"))
            .Replace(Regex.Escape(TimeToken), @"(?<time>\d{8}-\d{6})", StringComparison.Ordinal)
            .Replace("<counter>", @"(_(?<counter>\d{1,9}))?", StringComparison.Ordinal);
        _matching = new Regex($"^{expression}$", RegexOptions.CultureInvariant);
    }

    /// <summary>Why <paramref name="pattern"/> cannot be used as a file name; null when it can.</summary>
    public static string? FindProblem(string pattern)
    {
        var rest = pattern.Replace(TimeToken, "", StringComparison.Ordinal).Replace(FileToken, "", StringComparison.Ordinal);
        return pattern.Length == 0 ? "is empty"
            : rest.AsSpan().ContainsAny('/', '\\', '\0') ? "has a directory in it"
            : rest.AsSpan().ContainsAny('{', '}') ? "has an unknown word in braces"
            : pattern is "." or ".." ? "is not a file name"
            : null;
    }

    /// <summary>Directory of the files.</summary>
    public string Directory { get; }

    /// <summary>Whether the name is always the same.</summary>
    public bool IsFixed => !_pattern.Contains(TimeToken, StringComparison.Ordinal);

    /// <summary>
    /// An unused path for a file created at <paramref name="now"/>; <c>_1</c>, <c>_2</c>… before the extension if needed.
    /// </summary>
    public string UnusedPath(DateTimeOffset now, Func<string, bool> exists)
    {
        var path = PathAt(now);
        for (var counter = 1; exists(path); counter++)
        {
            path = BeforeExtension(PathAt(now), $"_{counter.ToString(CultureInfo.InvariantCulture)}");
        }

        return path;
    }

    /// <summary>The path of a file created at <paramref name="now"/>, used or not.</summary>
    public string PathAt(DateTimeOffset now) => Path.Combine(
        Directory,
        _pattern.Replace(TimeToken, now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Those of <paramref name="names"/> that follow the pattern, oldest first.</summary>
    public IReadOnlyList<string> Matching(IEnumerable<string> names) =>
    [
        .. names.Select(name => (Name: name, Match: _matching.Match(name)))
            .Where(candidate => candidate.Match.Success)
            .OrderBy(candidate => candidate.Match.Groups["time"].Value, StringComparer.Ordinal)
            .ThenBy(candidate => Counter(candidate.Match))
            .Select(candidate => candidate.Name),
    ];

    private static int Counter(Match match) =>
        match.Groups["counter"] is { Success: true } counter ? int.Parse(counter.Value, CultureInfo.InvariantCulture) : 0;

    private static string BeforeExtension(string path, string addition)
    {
        var extension = Path.GetExtension(path);
        return path[..^extension.Length] + addition + extension;
    }
}
