using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Commands.Checkpoints;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Replay;
using Shipper.TailShipper.Commands.Run;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands;

/// <summary>The command line: what there is, and which class does it.</summary>
internal static class ShipperCommands
{
    /// <summary>Parses and runs; the result is the exit code.</summary>
    public static Task<int> InvokeAsync(string[] arguments) => Create().RunAsync(arguments);

    /// <summary>All of it.</summary>
    internal static ExplainedProgram Create()
    {
        var configuration = new ConfigurationOptions();
        var root = new ExplainedProgram(
            "tailshipper",
            "Tails log files and ships their lines to Amazon Data Firehose or a Kinesis data stream: every complete line at least once. Without a command it runs the service.",
            ShipperHelp.Examples, ShipperHelp.Configuration, ShipperHelp.Files, ShipperHelp.Environment, ShipperHelp.Signals, ShipperHelp.ExitCodes, ShipperHelp.More);
        configuration.AddTo(root);
        root.SetAction((result, cancellation) => RunAsync(configuration, result));
        root.Subcommands.Add(Run(configuration));
        root.Subcommands.Add(Check(configuration));
        root.Subcommands.Add(CheckpointList(configuration));
        root.Subcommands.Add(Explain(configuration));
        root.Subcommands.Add(Shipped(configuration));
        root.Subcommands.Add(Replay(configuration));
        root.Subcommands.Add(DeadLetterCommands.Create(result => Load(configuration, result, toRun: false)));
        foreach (var command in WatchCommands.All(result => Load(configuration, result, toRun: false)))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static Command Run(ConfigurationOptions configuration)
    {
        var command = new ExplainedCommand(
            "run",
            "Run the service (default): tail the files of every flow and ship them until told to stop.",
            HelpSection.Examples(new HelpEntry("tailshipper run --config /etc/tailshipper/appsettings.json", "as the service does")),
            ShipperHelp.Configuration, ShipperHelp.Files, ShipperHelp.Environment, ShipperHelp.Signals, ShipperHelp.ExitCodes);
        command.SetAction((result, cancellation) => RunAsync(configuration, result));
        return command;
    }

    private static Task<int> RunAsync(ConfigurationOptions configuration, ParseResult result) =>
        Supervision.RunAsync("tailshipper", supervisor => RunCommand.RunAsync(() => Load(configuration, result, toRun: true), supervisor));

    private static Command Check(ConfigurationOptions configuration)
    {
        var command = new ExplainedCommand(
            "check",
            "Check the configuration, report everything that is wrong, and say what each flow would do and cost. Sends nothing.",
            HelpSection.ExitCodes(new("0", "it can be used; warnings are printed"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("sudo -u tailshipper tailshipper check --config /etc/tailshipper/appsettings.json", "as the service's user, who must be able to read the files")),
            ShipperHelp.Configuration);
        command.SetAction((result, cancellation) => CheckCommand.RunAsync(Load(configuration, result, toRun: true), Console.Out, cancellation));
        return command;
    }

    private static Command CheckpointList(ConfigurationOptions configuration)
    {
        var flow = new Option<string?>("--flow") { Description = "Only this flow.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "One JSON object per stream and line." };
        var list = new ExplainedCommand(
            "list",
            "List what is remembered of every stream. Works whether or not the service runs.",
            HelpSection.ExitCodes(new("0", "listed, also when there is nothing to list"), new("78", "the configuration or the checkpoints cannot be used")),
            HelpSection.Examples(new HelpEntry("tailshipper checkpoints list --flow orders --json", "one JSON object for each file"))) { flow, json };
        list.SetAction(result => CheckpointsCommand.List(Load(configuration, result, toRun: false), result.GetValue(flow), result.GetValue(json), Console.Out));
        return new ExplainedCommand("checkpoints", "Look at the checkpoints: how far each file is.") { list };
    }

    private static Command Explain(ConfigurationOptions configuration)
    {
        var path = new Argument<string>("PATH") { Description = "The file." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines for a person." };
        var command = new ExplainedCommand(
            "explain",
            "Say why a file is or is not tailed: the flow and pattern that name it or how near they come, its identity, the stream it is, "
            + "how far that is acknowledged, and what blocks the rest. Works whether or not the service runs.",
            HelpSection.ExitCodes(new("0", "it is tailed (a stopped service does not change that)"), new("1", "it is not"), new("2", "nobody can say"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper explain /var/log/orders/app.log", "who reads it, how far, and what it waits for"))) { path, json };
        command.SetAction(result => ExplainCommand.Run(Load(configuration, result, toRun: false), result.GetValue(path)!, result.GetValue(json), Console.Out));
        return command;
    }

    private static Command Shipped(ConfigurationOptions configuration)
    {
        var paths = new Argument<string[]>("PATH") { Description = "The files.", Arity = ArgumentArity.OneOrMore };
        var flow = new Option<string?>("--flow") { Description = "Only this flow; without it every flow that tails the file must have shipped it.", HelpName = "NAME" };
        var wait = new Option<TimeSpan>("--wait")
        {
            Description = "Ask again until the answer is yes, for at most this long (30s, 5m, 1h).",
            HelpName = "DURATION",
            CustomParser = result =>
            {
                if (!Duration.TryParse(result.Tokens[0].Value, out var value))
                {
                    result.AddError($"--wait {result.Tokens[0].Value} is not a duration; write for example 30s or 5m");
                }

                return value;
            },
        };
        var command = new ExplainedCommand(
            "shipped",
            "Say whether all of a file is acknowledged: every byte that it has now, an unfinished last line included. Works whether or not the service runs.",
            HelpSection.ExitCodes(
                new("0", "all of every file is: delete a file on 0 only"),
                new("1", "of some file not yet"),
                new("2", "of some file nobody can say (not a known stream, not surely the same file, checkpoints unreadable), or the command line was not understood"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper shipped --wait 30s app.log.1 && rm app.log.1", "delete it only when it has arrived"),
                new("tailshipper shipped --wait 60s \"$1\"", "in logrotate's preremove"))) { paths, flow, wait };
        command.SetAction((result, cancellation) => ShippedCommand.RunAsync(
            Load(configuration, result, toRun: false), result.GetValue(paths)!, result.GetValue(flow), result.GetValue(wait), Console.Out, cancellation));
        return command;
    }

    private static Command Replay(ConfigurationOptions configuration)
    {
        var flow = new Option<string>("--flow") { Description = "The flow to rewind.", HelpName = "NAME", Required = true };
        var fromStart = new Option<bool>("--from-start") { Description = "Ship everything again that is still on disk." };
        var fromOffset = new Option<long?>("--from-offset") { Description = "Ship one file again from this byte on; give --file too. Moved back to the start of its line.", HelpName = "N" };
        var file = new Option<string?>("--file") { Description = "The file, as checkpoints list shows it; also narrows the other two.", HelpName = "PATH" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Ship everything again that was acknowledged since this time (ISO 8601; up to a minute earlier, never later).", HelpName = "TIME" };
        var command = new ExplainedCommand(
            "replay",
            "Rewind a flow so that it ships lines again that are still on disk. Safe whether or not the service runs. Say one of --from-start, --from-offset, --since.",
            HelpSection.ExitCodes(
                new("0", "rewound, also when nothing matched"),
                new("1", "not rewound: the running service refused or did not answer"),
                new("2", "the command line was not understood, or there is no such flow"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper replay --flow orders --from-start", ""),
                new("tailshipper replay --flow orders --from-offset 1048576 --file /var/log/orders/app.log", ""),
                new("tailshipper replay --flow orders --since 2026-11-21T06:00:00Z", ""))) { flow, fromStart, fromOffset, file, since };
        command.Validators.Add(result =>
        {
            var chosen = (result.GetValue(fromStart) ? 1 : 0) + (result.GetValue(fromOffset) is null ? 0 : 1) + (result.GetValue(since) is null ? 0 : 1);
            if (chosen != 1)
            {
                result.AddError("say exactly one of --from-start, --from-offset N --file PATH, --since TIME");
            }
        });
        command.SetAction((result, cancellation) => ReplayCommand.RunAsync(
            Load(configuration, result, toRun: false),
            new ReplayRequest
            {
                Flow = result.GetValue(flow)!,
                Kind = result.GetValue(fromStart) ? ReplayKind.FromStart : result.GetValue(since) is null ? ReplayKind.FromOffset : ReplayKind.Since,
                Offset = result.GetValue(fromOffset),
                Path = result.GetValue(file),
                Since = result.GetValue(since),
            },
            cancellation));
        return command;
    }

    private static ShipperSetup Load(ConfigurationOptions configuration, ParseResult result, bool toRun)
    {
        var problems = new ConfigurationProblems();
        return ShipperSetup.Load(configuration.Build(result, problems), problems, toRun);
    }
}
