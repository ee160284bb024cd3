using System.CommandLine;
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

    /// <summary>Says on standard error that a flow does not exist, and which do.</summary>
    public static Task SayNoSuchFlowAsync(string? flow, IEnumerable<FlowOptions> flows) =>
        Console.Error.ShowLineAsync($"tailshipper: {UnknownFlow.Message(flow, flows.Select(known => known.Name))}");
}
