using System.Text.Json;
using Shipper.KinesisAgent.Patterns;
using Shipper.TailShipper.Commands.Shared.AgentImport;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.AgentImport;

/// <summary>A filePattern of the agent names the same files here: tests/Support/KinesisAgent/file-matching.jsonl.</summary>
public sealed class FileMatchingTests : IDisposable
{
    private static readonly Dictionary<string, JsonElement> Pairs =
        File.ReadLines(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "file-matching.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(pair => pair.GetProperty("id").GetString()!, StringComparer.Ordinal);

    // Compressed files that the agent ships as if they were lines, which nobody wants: docs/migration.md says so.
    private static readonly string[] NeverTailed = [".xz", ".zst"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-files-");

    public static TheoryData<string> Names => [.. Pairs.Keys];

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pattern_names_the_files_that_it_names_to_the_agent(string name)
    {
        var pair = Pairs[name];
        var regular = new List<string>();
        foreach (var file in pair.GetProperty("files").EnumerateArray())
        {
            var (path, type) = file.ValueKind == JsonValueKind.String ? (file.GetString()!, "file")
                : (file.GetProperty("name").GetString()!, file.TryGetProperty("type", out var other) ? other.GetString() : "file");
            Create(Path.Join(_directory.FullName, path), type!, regular);
        }

        var pattern = FilePattern.Parse($"{_directory.FullName}/{pair.GetProperty("pattern").GetString()}");
        var found = new PatternScan(
            new PhysicalFileSystem(), [.. PathMapping.Paths(pattern).SelectMany(PathPattern.Parse)], new ScanRules([], FollowLinks: true))
            .Run().Files.Keys.Select(path => Path.GetRelativePath(_directory.FullName, path));

        // A directory or a broken link breaks the agent's flow; here the other files are shipped.
        var expected = pair.GetProperty("outcome").GetString() == "error" ? regular
            : pair.GetProperty("matched").EnumerateArray().Select(match => match.GetString()!).ToList();
        Assert.Equal(
            expected.Where(file => !NeverTailed.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Random_patterns_name_the_same_names_as_they_do_to_the_agent()
    {
        const string Letters = "ab.-!^[]{}*?,\\c";
        var random = new Random(20261129);
        string Text(string letters, int most) =>
            new([.. Enumerable.Range(0, random.Next(1, most)).Select(_ => letters[random.Next(letters.Length)])]);
        var (compared, matched) = (0, 0);
        while (compared < 20_000)
        {
            var glob = Text(Letters, 8);
            IReadOnlyList<PathPattern> ours;
            FilePattern agents;
            try
            {
                agents = FilePattern.Parse($"/d/{glob}");
                ours = [.. PathMapping.Paths(agents).SelectMany(PathPattern.Parse)];
            }
            catch (FormatException)
            {
                continue; // not the agent's, or named as what cannot be written
            }

            foreach (var file in Enumerable.Range(0, 10).Select(_ => Text("ab.-!^[]{}*?,c", 6)).Where(file => file.Trim('.').Length > 0))
            {
                var fits = Fits(agents.Parsed.Parts, 0, file, 0, at => at == file.Length);
                Assert.True(
                    fits == ours.Any(pattern => pattern.Matches($"/d/{file}")),
                    $"{glob} and {file}: {fits} to the agent, as {string.Join(" ", ours.Select(pattern => pattern.Text))}");
                matched += fits ? 1 : 0;
                compared++;
            }
        }

        Assert.True(matched > 200, $"only {matched} of {compared} names matched");
    }

    [Theory]
    [InlineData("/var/log/orders/app.log*", "/var/log/orders/app.log*")]
    [InlineData("/var/log/**/a{b,c}.log", "/var/log/[*][*]/ab.log|/var/log/[*][*]/ac.log")]
    [InlineData("/var/log/../x//*.log", "/var/x/*.log|/var/x/.*.log|/var/x/.log")]
    [InlineData("/v{r/[!a]\\*", "/v[{]r/[!a][*]|/v[{]r/.[*]")]
    [InlineData("/a.log", "/a.log")]
    public void A_pattern_becomes_paths(string pattern, string paths) =>
        Assert.Equal(paths.Split('|'), PathMapping.Paths(FilePattern.Parse(pattern)));

    [Theory]
    [InlineData("./app.log", "is relative")]
    [InlineData("/d/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "more than 256 patterns")]
    [InlineData("/d/[a]-^]", "")]
    public void What_cannot_be_written_is_named(string pattern, string reason)
    {
        var exception = Record.Exception(() => PathMapping.Paths(FilePattern.Parse(pattern)));

        Assert.Equal(reason.Length == 0, exception is null);
        Assert.Contains(reason, exception?.Message ?? "", StringComparison.Ordinal);
    }

    private static void Create(string path, string type, List<string> regular)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        switch (type)
        {
            case "dir":
                Directory.CreateDirectory(path);
                break;
            case "symlink":
                File.CreateSymbolicLink(path, "gone.txt");
                break;
            default:
                File.WriteAllText(path, "line\n");
                regular.Add(Path.GetFileName(path));
                break;
        }
    }

    private static bool Fits(IReadOnlyList<GlobPart> parts, int index, string name, int at, Func<int, bool> then)
    {
        if (index == parts.Count)
        {
            return then(at);
        }

        var hasLetter = at < name.Length;
        return parts[index] switch
        {
            GlobPart.Literal literal => hasLetter && name[at] == literal.Letter && Fits(parts, index + 1, name, at + 1, then),
            GlobPart.Any => hasLetter && Fits(parts, index + 1, name, at + 1, then),
            GlobPart.Set set => hasLetter && set.Holds(name[at]) && Fits(parts, index + 1, name, at + 1, then),
            GlobPart.Run => Enumerable.Range(at, name.Length - at + 1).Any(end => Fits(parts, index + 1, name, end, then)),
            GlobPart.Group group => group.Choices.Any(
                choice => Fits(choice, 0, name, at, end => Fits(parts, index + 1, name, end, then))),
            _ => throw new InvalidOperationException(),
        };
    }
}
