using System.Text.RegularExpressions;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>docs/security.md: each test that it names as holding a guard exists.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Each_guard_has_a_test_that_exists()
    {
        var sources = Directory.EnumerateFiles(RepositoryFiles.PathOf("tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .GroupBy(path => Path.GetFileName(path).Split('.')[0])
            .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)), StringComparer.Ordinal);
        var page = RepositoryFiles.Read("docs/security.md");
        var table = page[page.IndexOf("## Each guard and its test", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## What", StringComparison.Ordinal)];
        var rows = table.Split('\n').Where(line => line.StartsWith('|')).Skip(2).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.NotEmpty(Named().Matches(row)));
        Assert.All(rows.SelectMany(row => Named().Matches(row)), test =>
        {
            Assert.True(sources.TryGetValue(test.Groups[1].Value, out var source), $"there is no {test.Groups[1].Value}");
            Assert.Contains($" {test.Groups[2].Value}(", test.Groups[2].Length > 0 ? source : " (", StringComparison.Ordinal);
        });
    }

    [GeneratedRegex("`([A-Za-z]+Tests)(?:\\.([A-Za-z_0-9]+))?`")]
    private static partial Regex Named();
}
