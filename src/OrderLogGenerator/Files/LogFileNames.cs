using System.Globalization;
using System.Text.RegularExpressions;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>Owns the names of one log file among several: what a new one is called, and which existing ones are of its kind.</summary>
internal sealed class LogFileNames
{
    /// <summary>Stands for the time at which the file is begun.</summary>
    internal const string TimeToken = "{time}";

    /// <summary>Stands for the number of the file among several.</summary>
    internal const string FileToken = "{file}";

    private const string TimeFormat = "yyyyMMdd-HHmmss";

    private readonly string _pattern;
    private readonly Regex _kin;

    /// <summary>Prepares the names of file <paramref name="file"/> of <paramref name="files"/> in <paramref name="directory"/>.</summary>
    public LogFileNames(string directory, string pattern, int file, int files)
    {
        Directory = directory;
        if (files > 1 && !pattern.Contains(FileToken, StringComparison.Ordinal))
        {
            pattern = BeforeExtension(pattern, "-" + FileToken);
        }

        _pattern = pattern.Replace(FileToken, file.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var known = Regex.Escape(BeforeExtension(_pattern, "<counter>"))
            .Replace(Regex.Escape(TimeToken), @"(?<time>\d{8}-\d{6})", StringComparison.Ordinal)
            .Replace("<counter>", @"(_(?<counter>\d{1,9}))?", StringComparison.Ordinal);
        _kin = new Regex($"^{known}$", RegexOptions.CultureInvariant);
    }

    /// <summary>Where the files are.</summary>
    public string Directory { get; }

    /// <summary>True when the name is always the same.</summary>
    public bool Fixed => !_pattern.Contains(TimeToken, StringComparison.Ordinal);

    /// <summary>The path of a file begun at <paramref name="now"/>; <c>_1</c>, <c>_2</c>… before the extension when it is taken.</summary>
    public string Free(DateTimeOffset now, Func<string, bool> taken)
    {
        var path = Plain(now);
        for (var counter = 1; taken(path); counter++)
        {
            path = BeforeExtension(Plain(now), $"_{counter.ToString(CultureInfo.InvariantCulture)}");
        }

        return path;
    }

    /// <summary>The path of a file begun at <paramref name="now"/>, taken or not.</summary>
    public string Plain(DateTimeOffset now) => Path.Combine(
        Directory,
        _pattern.Replace(TimeToken, now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Those of <paramref name="names"/> that this could have made, the oldest first.</summary>
    public IReadOnlyList<string> Kin(IEnumerable<string> names) =>
    [
        .. names.Select(name => (Name: name, Match: _kin.Match(name)))
            .Where(candidate => candidate.Match.Success)
            .OrderBy(candidate => candidate.Match.Groups["time"].Value, StringComparer.Ordinal)
            .ThenBy(candidate => candidate.Match.Groups["counter"] is { Success: true } counter ? int.Parse(counter.Value, CultureInfo.InvariantCulture) : 0)
            .Select(candidate => candidate.Name),
    ];

    private static string BeforeExtension(string path, string addition)
    {
        var extension = Path.GetExtension(path);
        return path[..^extension.Length] + addition + extension;
    }
}
