using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>What several commands take and print in the same way.</summary>
internal static class CommandLine
{
    /// <summary>An option that takes a duration such as 30s or 5m.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="usual">Its default; null for none.</param>
    public static Option<TimeSpan> DurationOption(string name, string description, TimeSpan? usual = null)
    {
        var option = new Option<TimeSpan>(name) { Description = description, HelpName = "DURATION" };
        option.CustomParser = result =>
        {
            if (!Duration.TryParse(result.Tokens[0].Value, out var parsed))
            {
                result.AddError($"{name} {result.Tokens[0].Value} is not a duration; write for example 30s or 5m");
            }

            return parsed;
        };
        if (usual is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    /// <summary>An option that takes a time, or how long ago that is.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    public static Option<DateTimeOffset?> TimeOption(string name, string description)
    {
        var option = new Option<DateTimeOffset?>(name) { Description = description, HelpName = "TIME" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Duration.TryParse(text, out var ago) && !text.Contains(':', StringComparison.Ordinal))
            {
                var now = TimeProvider.System.GetUtcNow();
                return ago < now - DateTimeOffset.MinValue ? now - ago : DateTimeOffset.MinValue;
            }

            if (DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && char.IsAsciiDigit(text[0]))
            {
                return time;
            }

            result.AddError($"{name} {text} is not a time; write for example 2026-11-21T06:00:00Z, or 6h for six hours ago");
            return null;
        };
        return option;
    }

    /// <summary>An option that takes a whole number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="most">The most that is accepted.</param>
    /// <param name="helpName">What stands for it in the help.</param>
    public static Option<long?> NumberOption(string name, string description, long least, long most = long.MaxValue, string helpName = "N")
    {
        var option = new Option<long?>(name) { Description = description, HelpName = helpName };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most)
            {
                return number;
            }

            var range = most == long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"of at least {least}")
                : string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");
            result.AddError($"{name} {text} is not a whole number {range}");
            return null;
        };
        return option;
    }

    /// <summary>True when an option is on the command line, be its value right or not.</summary>
    public static bool Has(this SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>Says on standard error that a flow does not exist, and which do.</summary>
    public static Task SayNoSuchFlowAsync(string? flow, IEnumerable<FlowOptions> flows) =>
        Console.Error.ShowLineAsync($"tailshipper: {UnknownFlow.Message(flow, flows.Select(known => known.Name))}");
}
