using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Commands.Check;
using Shipper.TailShipper.Commands.Checkpoints;
using Shipper.TailShipper.Commands.Completion;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.ImportAgent;
using Shipper.TailShipper.Commands.LogLevel;
using Shipper.TailShipper.Commands.Page;
using Shipper.TailShipper.Commands.Preview;
using Shipper.TailShipper.Commands.Replay;
using Shipper.TailShipper.Commands.Run;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Shared.Finding;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Commands.Tap;
using Shipper.TailShipper.Commands.Top;
using Shipper.TailShipper.Commands.Verify;

namespace Shipper.TailShipper.Commands;

/// <summary>The command line: every verb has its place, with its parser, its help and its screen.</summary>
internal static class ShipperCommands
{
    /// <summary>Parses and runs; the result is the exit code.</summary>
    public static Task<int> InvokeAsync(string[] arguments) => Create().RunAsync(arguments);

    /// <summary>All of it.</summary>
    internal static ExplainedProgram Create()
    {
        var configuration = new ConfigurationOptions(
            files: "A JSON configuration file; may be repeated, later ones override. Without it: what the installed service is started "
            + "with, else " + ConfigurationFinder.UsualFile + ".");
        var agents = new AgentFileOptions();
        var loader = new SetupLoader(configuration, agents, new ConfigurationFinder());
        var root = new ExplainedProgram(
            "tailshipper",
            "Tails log files and ships their lines to Amazon Data Firehose or a Kinesis data stream: every complete line at least once. "
            + "Options without a command run the service.",
            ShipperHelp.Examples, ShipperHelp.Configuration, ShipperHelp.Files, ShipperHelp.Environment, ShipperHelp.Signals,
            ShipperHelp.ExitCodes, ShipperHelp.More);
        configuration.AddTo(root);
        agents.AddTo(root);
        root.SetAction((result, _) => result.Tokens.Count == 0 ? Task.FromResult(ShowHelp(root)) : RunCommand.RunAsync(loader, result));
        foreach (var verb in (Func<SetupLoader, Command>[])
        [
            RunCommand.Create, CheckCommand.Create, PreviewCommand.Create, CheckpointsCommand.Create, ExplainCommand.Create,
            ShippedCommand.Create,
            VerifyCommand.Create, ReplayCommand.Create, DeadLettersCommand.Create, StatusCommand.Create, TopCommand.Create,
            TapCommand.Create, LogLevelCommand.Create, PageCommand.Create, ImportAgentCommand.Create, CompletionCommand.Create,
        ])
        {
            root.Subcommands.Add(verb(loader));
        }

        return root;
    }

    // Whoever types the name alone wants to know what there is. A service is started with an option or with "run".
    private static int ShowHelp(ExplainedProgram root)
    {
        root.Parse(["--help"], ExplainedProgram.Parsing).Invoke();
        return ExitCodes.Usage;
    }
}
