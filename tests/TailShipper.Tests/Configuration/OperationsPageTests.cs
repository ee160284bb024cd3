using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

/// <summary>Whoever is woken by a message finds its number on the page for operators.</summary>
public sealed partial class OperationsPageTests
{
    [Fact]
    public void Every_warning_and_error_has_its_row_in_the_table_of_alerts_and_every_row_its_event()
    {
        var expected = LogMessages.All.Where(known => known.Level >= LogLevel.Warning).Select(known => (known.Id, known.Level.ToString()));
        var found = Row().Matches(RepositoryFiles.Read("docs/runbook.md"))
            .Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value));
        Assert.Equal(expected.Order(), found.Order());
    }

    [Fact]
    public void Every_alarm_has_its_row_and_every_row_its_alarm()
    {
        var alarms = Alarm().Matches(RepositoryFiles.Read("deploy/terraform/alarms.tf")).Select(alarm => alarm.Groups[1].Value);
        var page = RepositoryFiles.Read("docs/runbook.md");
        var table = page[page.IndexOf("| alarm | it says | do |", StringComparison.Ordinal)..];
        var rows = table[..table.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Skip(2)
            .SelectMany(row => Name().Matches(row.Split('|')[1]).Select(name => name.Groups[1].Value));
        Assert.Equal(alarms.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_event_id_is_used_twice() =>
        Assert.Equal(LogMessages.All.Count, LogMessages.All.Select(known => known.Id).Distinct().Count());

    [Fact]
    public void What_is_always_written_exists() =>
        Assert.Subset(LogMessages.All.Select(known => known.Id).ToHashSet(), LossEvents.Ids.ToHashSet());

    [GeneratedRegex(@"^    ([a-z0-9-]+) = merge\(", RegexOptions.Multiline)]
    private static partial Regex Alarm();

    [GeneratedRegex("`([a-z0-9-]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| ([0-9]{4}) \| (Warning|Error|Critical) \| [^|]+ \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
