using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

/// <summary>The tables of the configuration page have every key, with the default and the bounds of the code.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly string Page = RepositoryFiles.Read("docs/configuration.md");

    private static readonly string Tables =
        Page[Page.IndexOf("\n## Shipper\n", StringComparison.Ordinal)..Page.IndexOf("\n### ", StringComparison.Ordinal)];

    // The keys of a flow have a table of their own and no prefix.
    private static readonly IReadOnlyList<Setting> Settings = [.. Of(new ShipperOptions(), "Shipper:"), .. Of(new FlowOptions(), "")];

    public static TheoryData<string> Keys => [.. Settings.Select(setting => setting.Key)];

    public static TheoryData<string> Bounded => [.. Settings.Where(setting => setting.Bounds.Any()).Select(setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_on_the_page_with_its_default_and_the_values_it_may_have(string key)
    {
        var setting = Settings.Single(setting => setting.Key == key);
        var row = RowOf(key);
        var cell = row[1];
        switch (setting.Value)
        {
            case Enum choice:
                Assert.Equal($"`{choice}`", cell);
                Assert.All(
                    Enum.GetNames(choice.GetType()), name => Assert.Contains($"`{name}`", string.Join(' ', row), StringComparison.Ordinal));
                break;
            case bool value:
                Assert.Equal(value ? "true" : "false", cell);
                break;
            case TimeSpan value:
                Assert.Equal(value.Ticks, Measure(cell.Trim('`')));
                break;
            case int or long:
                Assert.Equal(Convert.ToInt64(setting.Value, CultureInfo.InvariantCulture), Measure(cell.Split(' ')[0]));
                break;
            case string { Length: > 0 } value:
                Assert.Equal($"`{value}`", cell);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Bounded))]
    public void The_bounds_on_the_page_are_those_that_are_checked(string key)
    {
        var setting = Settings.Single(setting => setting.Key == key);
        var parts = RowOf(key)[2].Split("; Kinesis: ");
        var usual = setting.Bounds.Single(bounds => bounds.When is null);
        Assert.Equal(Expected(usual), Range(parts[0], null));
        if (setting.Bounds.SingleOrDefault(bounds => bounds.When == nameof(FlowOptions.KinesisStream)) is { } kinesis)
        {
            Assert.Equal(Expected(kinesis), Range(parts[1], Expected(usual).Min));
        }

        (object Min, object? Max, bool OrZero) Expected(OptionBound bounds) =>
            (Resolve(bounds.Min), bounds.Max is { } max ? Resolve(max) : null, bounds.OrZero);

        object Resolve(string bound) =>
            !setting.Owner.Settings.TryFind(bound, out _) ? OptionBounds.Resolve(bound, setting.Owner) : bound;
    }

    [Fact]
    public void Every_number_and_duration_has_bounds() =>
        Assert.All(Settings.Where(setting => setting.Value is int or long or TimeSpan), setting => Assert.NotEmpty(setting.Bounds));

    [Fact]
    public void Every_key_on_the_page_exists()
    {
        var known = Settings.Select(setting => setting.Key).Append("Shipper:Flows").Append("Shipper:Flows:N")
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(FullKey().Matches(Page).Select(match => match.Groups[1].Value), key => Assert.Contains(key, known));
    }

    private static string[] RowOf(string key)
    {
        var rows = Tables.Split('\n').Where(line => line.StartsWith($"| `{key}` |", StringComparison.Ordinal)).ToList();
        Assert.True(rows.Count == 1, $"docs/configuration.md has {rows.Count} rows for {key}; it must have one");
        return [.. rows[0].Trim('|', ' ').Split('|').Select(cell => cell.Trim())];
    }

    /// <summary>
    /// Reads "100 ms – 1 h", "0, or from 8" and "5,114,880" (then the least is that given); what follows a comma is for people.
    /// </summary>
    private static (object Min, object? Max, bool OrZero) Range(string cell, object? least)
    {
        var orZero = cell.StartsWith("0, or ", StringComparison.Ordinal);
        cell = Remark().Replace(orZero ? cell["0, or ".Length..] : cell, "");
        if (cell.StartsWith("from ", StringComparison.Ordinal))
        {
            return (Bound(cell["from ".Length..]), null, orZero);
        }

        var ends = cell.Split(" – ");
        return ends.Length == 1 ? (least!, Bound(ends[0]), orZero) : (Bound(ends[0]), Bound(ends[1]), orZero);
    }

    private static object Bound(string text) => char.IsAsciiDigit(text[0]) ? Measure(text) : text;

    private static long Measure(string text)
    {
        var match = Quantity().Match(text);
        Assert.True(match.Success, $"docs/configuration.md: \"{text}\" is no quantity; write 100 ms, or 100 ms – 1 h with an en dash");
        var number = long.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "" => number,
            "KiB" => number << 10,
            "MiB" => number << 20,
            "GiB" => number << 30,
            "TiB" => number << 40,
            "min" => TimeSpan.FromMinutes(number).Ticks,
            var unit => Duration.TryParse($"{number}{unit}", out var duration)
                ? duration.Ticks
                : throw new FormatException($"\"{text}\" is not a quantity"),
        };
    }

    private static IEnumerable<Setting> Of(IOptionSection owner, string prefix)
    {
        foreach (var row in owner.Settings.Rows)
        {
            var key = prefix + row.Name;
            var value = row.Get(owner);
            if (row.NewSection is null)
            {
                yield return new Setting(key, value, owner, row.Bounds);
            }
            else if (row.NewList is null)
            {
                foreach (var setting in Of((IOptionSection)value!, $"{key}:"))
                {
                    yield return setting;
                }
            }
        }
    }

    [GeneratedRegex("`(Shipper:[A-Za-z:]+)`")]
    private static partial Regex FullKey();

    [GeneratedRegex("^([0-9]+(?:,[0-9]{3})*) ?([A-Za-z]*)$")]
    private static partial Regex Quantity();

    [GeneratedRegex(", (?![0-9]).*$")]
    private static partial Regex Remark();

    private sealed record Setting(string Key, object? Value, IOptionSection Owner, IReadOnlyList<OptionBound> Bounds);
}
