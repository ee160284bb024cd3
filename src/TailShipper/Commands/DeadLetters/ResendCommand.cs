using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters resend</c>: sends them again through the service's own client, and marks what was taken.</summary>
internal static class ResendCommand
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var filter = new FilterOptions();
        var patience = CommandLine.DurationOption(
            "--patience", "Give up when the service took nothing for this long (30s, 5m). Default 2m.", GiveUpAfter);
        var to = new Option<string?>("--to")
        {
            Description = "Send to this stream, which the flow ships to now, also what was meant for another.",
            HelpName = "STREAM",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExplainedCommand(
            "resend",
            "Send dead letters again, after their reason was fixed; lines too long for a record as the flow's Oversize is set now. What "
            + "the service takes is marked and not sent a second time. Works whether or not the service runs, and may be interrupted and "
            + "repeated.",
            HelpSection.ExitCodes(
                new("0", "all of them are sent"), new("1", "some are refused or could not be sent"),
                new("2", "dead letters or marks cannot be read or written; or some were meant for another stream, and nothing is sent"),
                new("75", "another resend is running"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper deadletters resend --flow orders", "one flow only")))
        { filter.Flow, filter.Since, filter.Reason, patience, to, json };
        command.SetAction(async (result, cancellation) =>
        {
            var setup = loader.Load(result);
            var asJson = result.GetValue(json);
            if (!asJson)
            {
                await Heading.WriteAsync(setup, Console.Out, cancellation);
            }

            var (code, outcome) = await RunAsync(
                setup, filter.Of(result), result.GetValue(patience), result.GetValue(to), cancellation);
            if (asJson)
            {
                outcome.Print(setup, await Heading.DifferenceAsync(setup, cancellation), Console.Out);
            }
            else
            {
                outcome.Print(Console.Out);
            }

            return code;
        });
        return command;
    }

    /// <summary>
    /// Sends; nothing where a dead letter was meant for another stream and <paramref name="to"/> does not name the present one.
    /// 0: none of the chosen dead letters is left; 1: some are refused, or could not be sent; 2: cannot be determined, because dead
    /// letters or marks cannot be read or written.
    /// </summary>
    /// <exception cref="ConfigurationException">A flow that is meant cannot be sent to: no region, or a setting of the connection is
    /// wrong.</exception>
    private static async Task<(int Code, ResendOutcome Outcome)> RunAsync(
        ShipperSetup setup, DeadLetterFilter filter, TimeSpan giveUpAfter, string? to, CancellationToken cancellation)
    {
        if (filter.Flow is not null && setup.Options.Flows.TrueForAll(flow => flow.Name != filter.Flow))
        {
            await CommandLine.SayNoSuchFlowAsync(filter.Flow, setup.Options.Flows);
            return (ExitCodes.Usage, new ResendOutcome { Problems = [$"there is no flow {filter.Flow}"] });
        }

        var problems = new ConfigurationProblems();
        ShipperSetup.ValidateConnections(
            setup.Options.Aws, [.. setup.Options.Flows.Where(flow => filter.Flow is null || flow.Name == filter.Flow)], problems);
        problems.ThrowIfAny();

        var directory = ShipperDirectories.DeadLetters(setup.Options);
        try
        {
            if (DeadLetterName.List(directory, filter.Flow).Count == 0)
            {
                return (ExitCodes.Success, new ResendOutcome { IsDone = true, Note = $"No dead letters in {directory}." });
            }

            using var held = Lock(directory);
            using var marks = ResentDeadLetters.Load(directory);
            if (MadeForOthers.Find(setup, directory, filter, marks, to) is { Count: > 0 } others)
            {
                return (Refuse(others), new ResendOutcome { Problems = [.. others] });
            }

            marks.Begin(TimeProvider.System.GetUtcNow());
            return await RunAsync(setup.Options, directory, filter, marks, giveUpAfter, cancellation);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return (DeadLettersCommand.Refuse(directory, exception), new ResendOutcome { Problems = [exception.Message] });
        }
    }

    private static async Task<(int Code, ResendOutcome Outcome)> RunAsync(
        ShipperOptions options, string directory, DeadLetterFilter filter, ResentDeadLetters marks, TimeSpan giveUpAfter,
        CancellationToken cancellation)
    {
        await using var services = new ServiceCollection().AddSingleton(options.Aws).AddSingleton(TimeProvider.System).AddWire()
            .BuildServiceProvider();
        var store = new DeadLetterStore(directory);
        var present = new HashSet<string>(StringComparer.Ordinal);
        var runs = new Dictionary<string, FlowResend>(StringComparer.Ordinal);
        var unknownFlows = new SortedDictionary<string, LetterCount>(StringComparer.Ordinal);
        var interrupted = false;
        try
        {
            foreach (var letter in store.Read())
            {
                present.Add(letter.Id);
                if (!filter.Takes(letter))
                {
                    continue;
                }

                if (options.Flows.Find(flow => flow.Name == letter.Flow) is not { } flow)
                {
                    if (!marks.Contains(letter.Id))
                    {
                        unknownFlows.TryAdd(letter.Flow, new LetterCount());
                        unknownFlows[letter.Flow].Add(letter);
                    }

                    continue;
                }

                if (!runs.TryGetValue(flow.Name, out var run))
                {
                    runs.Add(flow.Name, run = Create(flow, options, services, marks, giveUpAfter));
                }

                await run.AddAsync(letter, cancellation);
            }

            foreach (var run in runs.Values)
            {
                await run.EndAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            interrupted = true;
        }

        if (interrupted)
        {
            await Console.Error.ShowLineAsync(
                "tailshipper: interrupted; what the service took until then is marked, and only the call that was under way may repeat");
        }
        else if (!store.IsBlind)
        {
            marks.Compact(present, TimeProvider.System.GetUtcNow());
        }

        var outcome = new ResendOutcome
        {
            IsDone = !interrupted && unknownFlows.Count == 0 && runs.Values.All(run => run.Report.IsDone),
            Reports = [.. runs.Select(run => (run.Key, run.Value.Report))],
            WithoutFlow = [.. unknownFlows.Select(flow => (flow.Key, flow.Value.Total))],
            Problems = store.Problems,
        };
        var code = DeadLettersCommand.ReportProblems(store);
        return (code != ExitCodes.Success ? code : outcome.IsDone ? ExitCodes.Success : ExitCodes.Fault, outcome);
    }

    private static int Refuse(IReadOnlyCollection<string> others)
    {
        foreach (var other in others)
        {
            Console.Error.ShowLine($"tailshipper: {other}");
        }

        Console.Error.ShowLine(
            "tailshipper: nothing is sent. Name the configuration of the service with --config; or say --to STREAM to send to the stream "
            + "that the flow ships to now, and --flow NAME for one flow only");
        return ExitCodes.Undetermined;
    }

    /// <summary>Keeps a second resend off the directory.</summary>
    private static FileLock Lock(string directory)
    {
        // Only read: what is there may be a link that the directory's owner made.
        var path = Path.Join(directory, "resend.lock");
        return FileLock.TryAcquire(path, FileAccess.Read, OperatingSystem.IsWindows() ? FileShare.None : FileShare.ReadWrite)
            ?? throw new AlreadyRunningException($"Another resend is running: {path} is locked. Wait until it is done");
    }

    private static FlowResend Create(
        FlowOptions flow, ShipperOptions options, ServiceProvider services, ResentDeadLetters marks, TimeSpan giveUpAfter)
    {
        var destination = Destination.Of(flow);
        var usual = Destination.LimitsOf(flow) with { MaxRecords = flow.MaxBatchRecords, MaxBytes = flow.MaxBatchBytes };
        var limits = FlowPacking.Within(usual, flow.Aggregation);
        var memory = new ChunkPool(2 * (Math.Max(limits.MaxBytes, limits.MaxRecordBytes) + ChunkShare.GuaranteedBytes));
        var envelope = destination.Envelope(flow.PartitionKey, pathOf: null, new Random());
        var batch = new Batch(new BodyWriter(memory.Share(), envelope), limits, FlowPacking.Of(flow.Aggregation, limits).OneLine(limits));
        var client = services.GetRequiredService<IDeliveryClients>().For(destination.Kind);
        var calls = new ResendCalls(client, destination, options.CallTimeout, giveUpAfter, new Random().NextDouble, TimeProvider.System);
        return new FlowResend(flow.Oversize, limits, ChainOf(flow, options), batch, calls, marks, TimeProvider.System);
    }

    private static RecordChain? ChainOf(FlowOptions flow, ShipperOptions options) => FlowProcessing.ChainOf(
        flow,
        () => new ChainSurroundings(
            Environment.MachineName, StateId.Read(new PhysicalStateDirectory(ShipperDirectories.State(options))) ?? "", TimeProvider.System,
            () => null));
}
