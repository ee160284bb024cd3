using System.Text.RegularExpressions;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>What the pages name exists: files, headings, types, metrics.</summary>
public sealed partial class PagesTests
{
    private static readonly IReadOnlyList<string> Pages = RepositoryFiles.Pages();

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        var broken =
            from page in Pages
            from link in Link().Matches(WithoutCode(RepositoryFiles.Read(page))).Select(match => match.Groups[1].Value)
            where !link.Contains(':', StringComparison.Ordinal) && !Leads(page, link)
            select $"{page}: {link}";
        Found.Nothing(broken);
    }

    [Fact]
    public void Every_path_in_the_source_tree_exists()
    {
        var missing =
            from page in Pages
            from path in SourcePath().Matches(RepositoryFiles.Read(page)).Select(match => match.Groups[1].Value)
            where !path.Contains('*', StringComparison.Ordinal) && !Path.Exists(RepositoryFiles.PathOf(path))
            select $"{page}: {path}";
        Found.Nothing(missing);
    }

    [Fact]
    public void Every_type_and_metric_of_the_glossary_exists()
    {
        var types = new[] { typeof(FlowLoop), typeof(ExitCodes) }.SelectMany(known => known.Assembly.GetTypes())
            .Select(type => type.Name.Split('`')[0]);
        var metrics = FlowMetrics.All.Select(metric => metric.Name);
        var known = types.Concat(metrics).ToHashSet(StringComparer.Ordinal);
        var named = RepositoryFiles.Read("docs/glossary.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(row => Quoted().Matches(row.Split(" | ")[^1]).Select(match => match.Groups[1].Value))
            .Where(name => !name.Contains(':', StringComparison.Ordinal)); // settings: ConfigurationPageTests
        Assert.All(named, name => Assert.Contains(IsMetric(name) ? name : name.Split('.')[0], known));
    }

    [Fact]
    public void Every_test_that_holds_a_promise_of_the_security_page_exists()
    {
        var tests = RepositoryFiles.Read("docs/security.md").Split('\n')
            .SelectMany(line => Quoted().Matches(line).Select(match => match.Groups[1].Value))
            .Where(name => name.EndsWith("Tests", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(tests);
        Assert.All(tests, test => Assert.NotEmpty(
            Directory.EnumerateFiles(RepositoryFiles.PathOf("tests"), $"{test}.cs", SearchOption.AllDirectories)));
    }

    private static bool IsMetric(string name) => name.StartsWith("tailshipper.", StringComparison.Ordinal);

    private static bool Leads(string page, string link)
    {
        var (file, heading) = link.Split('#') is [var path, var anchor] ? (path, anchor) : (link, "");
        var target = file.Length == 0 ? page : Path.Join(Path.GetDirectoryName(page), file);
        return Path.Exists(RepositoryFiles.PathOf(target))
            && (heading.Length == 0 || Headings(File.ReadAllText(RepositoryFiles.PathOf(target))).Contains(heading));
    }

    /// <summary>The anchors that a forge makes of the headings of a page.</summary>
    private static IEnumerable<string> Headings(string page) => WithoutCode(page).Split('\n')
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string page) => CodeBlock().Replace(page, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`((?:src|tests|docs|deploy|bench|findings)/[^`\\s#]+)")]
    private static partial Regex SourcePath();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
