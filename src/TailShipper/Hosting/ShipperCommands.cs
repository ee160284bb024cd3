using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;

namespace Shipper.TailShipper.Hosting;

/// <summary>The command line: what there is, and which class does it.</summary>
internal static class ShipperCommands
{
    /// <summary>Parses and runs; the result is the exit code.</summary>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var configuration = new ConfigurationOptions();
        var root = new RootCommand("Ships lines of log files to Amazon Data Firehose. Without a command it runs the service.");
        configuration.AddTo(root);
        root.SetAction((result, cancellation) => RunCommand.RunAsync(Load(configuration, result, toRun: true)));
        root.Subcommands.Add(Run(configuration));
        root.Subcommands.Add(Check(configuration));
        root.Subcommands.Add(CheckpointList(configuration));
        root.Subcommands.Add(Explain(configuration));
        root.Subcommands.Add(Shipped(configuration));
        root.Subcommands.Add(Replay(configuration));
        root.Subcommands.Add(DeadLetterCommands.Create(result => Load(configuration, result, toRun: false)));

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"tailshipper: {error.Message}");
            }

            await Console.Error.WriteLineAsync("tailshipper: see tailshipper --help");
            return ExitCodes.Usage;
        }

        try
        {
            // The host handles signals itself; the parser must not end the process under it.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CheckpointsUnusableException exception)
        {
            // Starting empty would ship everything again, and starting anyway would hide it: a person must choose.
            await Console.Error.WriteLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Configuration;
        }
    }

    private static Command Run(ConfigurationOptions configuration)
    {
        var command = new Command("run", "Run the service (default).");
        command.SetAction((result, cancellation) => RunCommand.RunAsync(Load(configuration, result, toRun: true)));
        return command;
    }

    private static Command Check(ConfigurationOptions configuration)
    {
        var command = new Command("check", "Check the configuration, report everything that is wrong, and say what each flow would do. Sends nothing.");
        command.SetAction((result, cancellation) => CheckCommand.RunAsync(Load(configuration, result, toRun: true), Console.Out, cancellation));
        return command;
    }

    private static Command CheckpointList(ConfigurationOptions configuration)
    {
        var flow = new Option<string?>("--flow") { Description = "Only this flow.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "One JSON object per stream and line." };
        var list = new Command("list", "List what is remembered of every stream. Works whether or not the service runs.") { flow, json };
        list.SetAction(result => CheckpointsCommand.List(Load(configuration, result, toRun: false), result.GetValue(flow), result.GetValue(json), Console.Out));
        return new Command("checkpoints", "Look at the checkpoints.") { list };
    }

    private static Command Explain(ConfigurationOptions configuration)
    {
        var path = new Argument<string>("PATH") { Description = "The file." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines for a person." };
        var command = new Command(
            "explain",
            "Say why a file is or is not tailed: the flow and pattern that name it or how near they come, its identity, the stream it is, "
            + "how far that is acknowledged, and what blocks the rest. Works whether or not the service runs. "
            + "Exit code: 0 it is tailed, 1 it is not, 2 nobody can say, 78 the configuration cannot be used.") { path, json };
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
        var command = new Command(
            "shipped",
            "Say whether all of a file is acknowledged: every byte that it has now, an unfinished last line included. Works whether or not "
            + "the service runs. Exit code: 0 all of every file is, 1 of some file not yet, 2 of some file nobody can say (not a known "
            + "stream, not surely the same file, checkpoints unreadable) or the command line was not understood, 78 the configuration cannot be used. "
            + "Delete a file on 0 only.") { paths, flow, wait };
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
        var command = new Command("replay", "Rewind a flow so that it ships lines again. Safe whether or not the service runs.") { flow, fromStart, fromOffset, file, since };
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
