using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>docs/reliability.md, the table of what is not shipped: each figure, message and test in it exists.</summary>
public sealed partial class NotShippedTests
{
    private static readonly IReadOnlyList<string[]> Rows = ReadRows();

    [Fact]
    public void Each_row_has_a_figure_of_the_metrics_log_or_a_message()
    {
        var known = FlowMetrics.All.Select(metric => metric.Field).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Assert.All(Rows, row => Assert.False(row[1].Length == 0 && row[2].Length == 0, row[0]));
        Assert.All(Rows.SelectMany(row => Quoted().Matches(row[1]).Select(match => match.Groups[1].Value)), figure =>
            Assert.Contains(figure, known));
    }

    [Fact]
    public void Each_message_exists_and_gives_the_path()
    {
        var messages = LogMessages.All.ToDictionary(message => message.Id, message => message.Text);
        Assert.All(Rows.SelectMany(row => Number().Matches(row[2]).Select(match => match.Value)), number =>
        {
            var id = int.Parse(number, CultureInfo.InvariantCulture);
            Assert.True(messages.TryGetValue(id, out var text), $"there is no message {id}");
            Assert.True(id is 2061 || Path().IsMatch(text), $"message {id} does not name the file: {text}");
        });
    }

    [Fact]
    public void Each_test_exists()
    {
        var tests = typeof(NotShippedTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(Rows, row => Assert.All(Quoted().Matches(row[3]).Select(match => match.Groups[1].Value), test =>
            Assert.Contains(test, tests)));
    }

    [Fact]
    public void Each_figure_for_what_is_left_out_or_lost_has_its_row()
    {
        var named = string.Join(' ', Rows.Select(row => row[1]));
        Assert.All(
            FlowMetrics.All.Select(metric => metric.Field).OfType<string>().Where(figure => LeavesOut().IsMatch(figure)),
            figure => Assert.Contains($"`{figure}`", named, StringComparison.Ordinal));
    }

    private static List<string[]> ReadRows()
    {
        var page = RepositoryFiles.Read("docs/reliability.md");
        var table = page[page.IndexOf("| bytes are not shipped because |", StringComparison.Ordinal)..];
        return
        [
            .. table[..table.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Skip(2)
                .Select(row => row.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];
    }

    [GeneratedRegex("`([A-Za-z_]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("[0-9]{4}")]
    private static partial Regex Number();

    [GeneratedRegex(@"\{(Path|Link|Archive)\}")]
    private static partial Regex Path();

    [GeneratedRegex("^(lost|dead_lettered|filtered|padding|truncated|unfinished|left_out|binary|vanished|unopened|oversize)_(?!files$)|"
        + "^(binary|vanished|unopened)_files$")]
    private static partial Regex LeavesOut();
}
