using System.Globalization;
using System.Text.RegularExpressions;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// The name of a file of dead letters: <c>FLOW-yyyyMMdd.jsonl</c>, the next of the same day <c>FLOW-yyyyMMdd.1.jsonl</c>.
/// </summary>
/// <param name="Flow">The flow's name.</param>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Number">From 0.</param>
internal readonly partial record struct DeadLetterName(string Flow, DateOnly Day, int Number)
{
    /// <summary>Parses a file's name; null when it is not that of a file of dead letters.</summary>
    public static DeadLetterName? Parse(string name) =>
        Pattern().Match(name) is { Success: true } match
        && DateOnly.TryParseExact(match.Groups["day"].ValueSpan, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DeadLetterName(match.Groups["flow"].Value, day, NumberIn(match.Groups["number"]))
            : null;

    /// <summary>The files of dead letters in <paramref name="directory"/>, oldest first; none when there is no such directory.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="flow">Only this flow's; every flow's when null.</param>
    /// <exception cref="IOException">It cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not list it.</exception>
    public static IReadOnlyList<(string Path, DeadLetterName Name)> List(string directory, string? flow = null)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(directory, "*.jsonl")
                    .Select(path => (Path: path, Name: Parse(Path.GetFileName(path))))
                    .Where(file => file.Name is { } name && (flow is null || name.Flow == flow))
                    .Select(file => (file.Path, Name: file.Name!.Value))
                    .OrderBy(file => file.Name.Day).ThenBy(file => file.Name.Number).ThenBy(file => file.Name.Flow, StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Number == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Flow}-{Day:yyyyMMdd}.jsonl")
        : string.Create(CultureInfo.InvariantCulture, $"{Flow}-{Day:yyyyMMdd}.{Number}.jsonl");

    private static int NumberIn(Group number) => number.Success ? int.Parse(number.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?<flow>.+)-(?<day>[0-9]{8})(\.(?<number>[1-9][0-9]{0,8}))?\.jsonl$")]
    private static partial Regex Pattern();
}
