using System.CommandLine;
using System.Globalization;
using System.Text;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Shared.AgentImport;
using Shipper.TailShipper.Commands.Shared.Finding;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary><c>tailshipper import-agent</c>: takes over from an Amazon Kinesis Agent.</summary>
internal static class ImportAgentCommand
{
    private const string UsualFile = "/etc/aws-kinesis/agent.json";
    private const string UsualOutput = "tailshipper.json";
    private const string None = "none";

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var file = new Argument<string>("FILE")
        {
            Description = $"The agent's configuration. Default: {UsualFile}.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => UsualFile,
        };
        var checkpoints = new Option<string?>("--checkpoints")
        {
            Description = "The agent's checkpoint database. Default: what the configuration names. none: leave the checkpoints out.",
            HelpName = "FILE",
        };
        var target = new Option<string>("--out")
        {
            Description = $"The configuration that is written, with mode 0640. A file that exists is never overwritten. Default: "
                + $"{UsualOutput} "
                + "in this directory.",
            HelpName = "FILE",
            DefaultValueFactory = _ => UsualOutput,
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Explain everything, print the configuration and write nothing; also while the agent runs.",
        };
        var unverified = new Option<UnverifiedChoice>("--unverified")
        {
            Description = "Where to continue in files of which it cannot be said how far the agent shipped them: start (lines may come "
                + "twice), end (lines may be missing), or offset (where the agent says, whatever the file).",
            HelpName = "start|end|offset",
            CustomParser = result =>
            {
                if (Enum.TryParse<UnverifiedChoice>(result.Tokens[0].Value, ignoreCase: true, out var choice)
                    && choice != UnverifiedChoice.None && !char.IsAsciiDigit(result.Tokens[0].Value[0]))
                {
                    return choice;
                }

                result.AddError($"--unverified {result.Tokens[0].Value} is none of start, end and offset");
                return UnverifiedChoice.None;
            },
        };
        var command = new ExplainedCommand(
            "import-agent",
            "Take over from an Amazon Kinesis Agent: write a configuration that does what its agent.json says, explain each key, and "
            + "continue where its checkpoints are.",
            HelpSection.ExitCodes(
                new("0", "imported; with --dry-run: it could be"),
                new("1", "not imported: the agent runs, a choice is missing (--unverified), or the file or the checkpoints are there "
                    + "already"),
                new("2", "the command line was not understood, or the checkpoint database cannot be read"),
                new("75", "a shipper uses the state directory"),
                new("78", "the agent's configuration cannot be used: each problem is named with key, value, reason and fix")),
            HelpSection.Examples(
                new("tailshipper import-agent --dry-run", "what would become of this machine's agent?"),
                new("sudo tailshipper import-agent --out /etc/tailshipper/appsettings.json", "take over, once the agent is stopped"),
                new("tailshipper import-agent agent.json --checkpoints none --out orders.json", "the configuration alone")))
        {
            file, checkpoints, target, dryRun, unverified,
        };
        command.SetAction((result, cancellation) =>
        {
            var run = new ImportRun(
                loader.LoadToImport(result, result.GetValue(file)!), result.GetValue(checkpoints), result.GetValue(target)!,
                result.GetValue(unverified), result.GetValue(dryRun), loader.SettingsOf(result), Console.Out);
            return run.RunAsync(AgentProcess.Find(), cancellation);
        });
        return command;
    }

    /// <summary>One import.</summary>
    /// <param name="loaded">The agent's configuration, and what it comes to.</param>
    /// <param name="checkpoints">The database that the command line names.</param>
    /// <param name="target">The file that is written.</param>
    /// <param name="choice">What is chosen for files that cannot be verified.</param>
    /// <param name="isDryRun">True to write nothing.</param>
    /// <param name="settings">The settings of the command line, as <c>Key:Path=value</c>: they are written, too.</param>
    /// <param name="output">Takes the explanation.</param>
    internal sealed class ImportRun(
        (ImportedConfiguration Import, ShipperSetup Setup) loaded, string? checkpoints, string target, UnverifiedChoice choice,
        bool isDryRun, IReadOnlyList<string> settings, TextWriter output)
    {
        private readonly PhysicalFileSystem _files = new();

        /// <summary>Carries it out; the result is the exit code.</summary>
        /// <param name="agent">The process id of an agent that runs; null for none.</param>
        /// <param name="cancellation">Calls it off.</param>
        public async Task<int> RunAsync(int? agent, CancellationToken cancellation)
        {
            ImportScreen.Write(loaded.Import, output);
            var (source, rows) = await ReadCheckpointsAsync(cancellation);
            var planner = new CheckpointPlanner(_files, choice);
            var names = loaded.Import.Agent.Flows.Zip(loaded.Import.FlowNames)
                .ToDictionary(flow => flow.First.Id, flow => flow.Second, StringComparer.Ordinal);
            var plans = loaded.Setup.Options.Flows
                .Select(flow => planner.Plan(flow, [.. rows.Where(row => names.GetValueOrDefault(row.Flow) == flow.Name)])).ToList();
            ImportScreen.Write(source, plans, [.. rows.Where(row => !names.ContainsKey(row.Flow))], output);

            var obstacles = Obstacles(plans, agent).ToList();
            foreach (var obstacle in obstacles)
            {
                await Console.Error.ShowLineAsync($"tailshipper: {obstacle}");
            }

            if (isDryRun)
            {
                output.WriteLine();
                output.ShowLine("The configuration:");
                foreach (var line in Encoding.UTF8.GetString(Json()).TrimEnd().Split('\n'))
                {
                    output.ShowLine(line.TrimEnd('\r'));
                }

                return obstacles.Count == 0 ? ExitCodes.Success : ExitCodes.Fault;
            }

            if (obstacles.Count > 0)
            {
                return ExitCodes.Fault;
            }

            await WriteAsync(plans, cancellation);
            return ExitCodes.Success;
        }

        private async Task<(string Source, IReadOnlyList<AgentRow> Rows)> ReadCheckpointsAsync(CancellationToken cancellation)
        {
            var database = checkpoints ?? loaded.Import.Agent.Values.Text("checkpointFile")!;
            if (checkpoints == None)
            {
                return ("Checkpoints: left out", []);
            }

            if (checkpoints is null && !File.Exists(database))
            {
                return ($"Checkpoints: none, because {database} is not there (a restart of the machine empties /var/run)", []);
            }

            var rows = await AgentRow.ReadAsync(database, cancellation);
            var count = string.Create(CultureInfo.InvariantCulture, $"{rows.Count} {(rows.Count == 1 ? "row" : "rows")}");
            return ($"Checkpoints: {database}, {count}", rows);
        }

        private IEnumerable<string> Obstacles(List<FlowPlan> plans, int? agent)
        {
            if (agent is { } process && !isDryRun)
            {
                yield return $"the Kinesis Agent runs (process {process.ToString(CultureInfo.InvariantCulture)}): what it ships from "
                    + $"now on "
                    + "would come twice. Stop it first (sudo systemctl stop aws-kinesis-agent, or sudo service aws-kinesis-agent stop), or "
                    + "look with --dry-run";
            }

            var open = plans.SelectMany(plan => plan.Streams).Count(stream => stream.Committed is null);
            if (open > 0)
            {
                yield return $"of {(open == 1 ? "one file" : $"{open.ToString(CultureInfo.InvariantCulture)} files")}, NOT VERIFIED "
                    + $"above, it "
                    + "cannot be said how far the agent shipped. Choose with --unverified start (lines may come twice), end (lines may be "
                    + "missing) or offset (where the agent says)";
            }

            if (Path.Exists(target))
            {
                yield return $"{target} exists and is not overwritten. Name another file with --out, or move it away";
            }

            if (CheckpointWriter.Conflict(loaded.Setup.Options, plans) is { } conflict)
            {
                yield return conflict;
            }
        }

        private byte[] Json()
        {
            using var bytes = new MemoryStream();
            ImportedJson.Write(loaded.Import.SettingsWith(settings), bytes);
            return bytes.ToArray();
        }

        private async Task WriteAsync(List<FlowPlan> plans, CancellationToken cancellation)
        {
            var path = Path.GetFullPath(target);
            var written = false;
            using (var file = Create(path)) // before the checkpoints: what cannot be written must not leave them
            {
                try
                {
                    if (plans.Exists(plan => plan.HasRows))
                    {
                        await CheckpointWriter.WriteAsync(loaded.Setup.Options, plans, _files, TimeProvider.System, cancellation);
                    }

                    file.Write(Json());
                    file.Flush(flushToDisk: true);
                    written = true;
                }
                finally
                {
                    if (!written)
                    {
                        File.Delete(path);
                    }
                }
            }

            output.WriteLine();
            output.ShowLine($"Written: {path}");
            if (plans.Exists(plan => plan.HasRows))
            {
                output.ShowLine($"Written: the checkpoints, into {Configuration.ShipperDirectories.State(loaded.Setup.Options)}");
            }

            output.ShowLine($"Next: tailshipper check --connect --config {path}");
        }

        private static FileStream Create(string path)
        {
            try
            {
                return SafeFiles.Create(path, FileAccess.Write, FileShare.None);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartRefusedException(
                    $"{path} cannot be written ({exception.Message.TrimEnd('.')}). Name another file with --out", ExitCodes.Fault,
                    exception);
            }
        }
    }
}
