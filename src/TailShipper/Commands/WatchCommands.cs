using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Commands.LogLevel;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands;

/// <summary>The commands that ask a running service: status, top, loglevel.</summary>
internal static class WatchCommands
{
    private const int UsualFiles = 10;
    private const int UsualTop = 20;

    private static readonly HelpSection Exits = HelpSection.ExitCodes(
        new("0", "it runs and all is well"),
        new("1", "it runs, but is degraded, starting or stopping"),
        new("2", "it does not run, does not answer, or this user may not ask"),
        ShipperHelp.Unusable);

    /// <summary>All of them; <paramref name="load"/> reads the configuration.</summary>
    public static IEnumerable<Command> All(Func<ParseResult, ShipperSetup> load) => [Status(load), Top(load), LogLevel(load)];

    private static Command Status(Func<ParseResult, ShipperSetup> load)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Draw it anew every second, until Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "One JSON object (with --watch one a second)." };
        var files = new Option<int>("--files") { Description = "How many files to name, those that lag most first; default 10.", HelpName = "N", DefaultValueFactory = _ => UsualFiles };
        var command = new ExplainedCommand(
            "status",
            "Say how the service is: health with reason, flows with lag, rates and time to catch up, files by lag, throttling, last errors, "
            + "age of the checkpoints, cost. Asks the running service through its local endpoint; without one it reads the checkpoints and the files' "
            + "sizes. Who may ask: the service's user and group, and root.",
            Exits,
            HelpSection.Examples(
                new("tailshipper status --watch", "live, with progress and time to catch up"),
                new("tailshipper status --json", "for programs"))) { watch, json, files };
        command.SetAction((result, cancellation) => result.GetValue(watch)
            ? StatusCommand.WatchAsync(load(result), result.GetValue(files), result.GetValue(json), Console.Out, cancellation)
            : StatusCommand.RunAsync(load(result), result.GetValue(files), result.GetValue(json), Console.Out, cancellation));
        return command;
    }

    private static Command Top(Func<ParseResult, ShipperSetup> load)
    {
        var by = new Option<string>("--by") { Description = "lag (default) or rate.", HelpName = "ORDER", DefaultValueFactory = _ => "lag" };
        by.AcceptOnlyFromAmong("lag", "rate");
        var files = new Option<int>("--files") { Description = "How many files to show; default 20.", HelpName = "N", DefaultValueFactory = _ => UsualTop };
        var command = new ExplainedCommand(
            "top",
            "Show the files that lag most or are shipped fastest, live until Ctrl-C. Where the output is no terminal it prints them once.",
            Exits,
            HelpSection.Examples(new HelpEntry("tailshipper top --by rate", "the busiest files first"))) { by, files };
        command.SetAction((result, cancellation) => TopCommand.RunAsync(load(result), result.GetValue(by) == "rate", result.GetValue(files), Console.Out, cancellation));
        return command;
    }

    private static Command LogLevel(Func<ParseResult, ShipperSetup> load)
    {
        var level = new Argument<string?>("LEVEL") { Description = "Verbose, Debug, Information, Warning, Error or Fatal; without it the present level is shown.", Arity = ArgumentArity.ZeroOrOne };
        var duration = new Option<TimeSpan?>("--for")
        {
            Description = "Go back to the configured level after this long (10m, 1h; at most 24h). Without it the level stays until the next change or restart.",
            HelpName = "DURATION",
            CustomParser = result =>
            {
                if (!Duration.TryParse(result.Tokens[0].Value, out var value))
                {
                    result.AddError($"--for {result.Tokens[0].Value} is not a duration; write for example 10m");
                }

                return value;
            },
        };
        var command = new ExplainedCommand(
            "loglevel",
            "Show or change the level of the running service's log.",
            HelpSection.ExitCodes(new("0", "done"), new("1", "refused"), new("2", "not running, or this user may not ask"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper loglevel debug --for 10m", "more detail for ten minutes"))) { level, duration };
        command.SetAction((result, cancellation) => LogLevelCommand.RunAsync(load(result), result.GetValue(level), result.GetValue(duration), Console.Out, cancellation));
        return command;
    }
}
