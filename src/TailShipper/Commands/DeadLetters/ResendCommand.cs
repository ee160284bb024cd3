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
    private const int MostShown = 10;
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
        { filter.Flow, filter.Since, filter.Reason, patience, to };
        command.SetAction(async (result, cancellation) =>
        {
            var setup = loader.Load(result);
            await Heading.WriteAsync(setup, Console.Out, cancellation);
            return await RunAsync(
                setup, filter.Of(result), result.GetValue(patience), result.GetValue(to), Console.Out, cancellation);
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
    public static async Task<int> RunAsync(
        ShipperSetup setup, DeadLetterFilter filter, TimeSpan giveUpAfter, string? to, TextWriter output, CancellationToken cancellation)
    {
        if (filter.Flow is not null && setup.Options.Flows.TrueForAll(flow => flow.Name != filter.Flow))
        {
            await CommandLine.SayNoSuchFlowAsync(filter.Flow, setup.Options.Flows);
            return ExitCodes.Usage;
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
                await output.ShowLineAsync($"No dead letters in {directory}.");
                return ExitCodes.Success;
            }

            using var held = Lock(directory);
            using var marks = ResentDeadLetters.Load(directory);
            if (MadeForOthers.Find(setup, directory, filter, marks, to) is { Count: > 0 } others)
            {
                return Refuse(others);
            }

            marks.Begin(TimeProvider.System.GetUtcNow());
            return await RunAsync(setup.Options, directory, filter, marks, giveUpAfter, output, cancellation);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return DeadLettersCommand.Refuse(directory, exception);
        }
    }

    private static async Task<int> RunAsync(
        ShipperOptions options, string directory, DeadLetterFilter filter, ResentDeadLetters marks, TimeSpan giveUpAfter, TextWriter output,
        CancellationToken cancellation)
    {
        await using var services = new ServiceCollection().AddSingleton(options.Aws).AddSingleton(TimeProvider.System).AddWire()
            .BuildServiceProvider();
        var store = new DeadLetterStore(directory);
        var present = new HashSet<string>(StringComparer.Ordinal);
        var runs = new Dictionary<string, FlowResend>(StringComparer.Ordinal);
        var unknownFlows = new SortedDictionary<string, long>(StringComparer.Ordinal);
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
                    unknownFlows[letter.Flow] = unknownFlows.GetValueOrDefault(letter.Flow) + (marks.Contains(letter.Id) ? 0 : 1);
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

        var isDone = !interrupted;
        foreach (var (name, run) in runs)
        {
            isDone &= run.Report.IsDone;
            Print(name, run.Report, output);
        }

        foreach (var (name, letters) in unknownFlows.Where(flow => flow.Value > 0))
        {
            isDone = false;
            await output.ShowLineAsync($"{name}: {letters} not sent: the configuration has no flow of this name");
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

        var code = DeadLettersCommand.ReportProblems(store);
        return code != ExitCodes.Success ? code : isDone ? ExitCodes.Success : ExitCodes.Fault;
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

    private static void Print(string flow, ResendReport report, TextWriter output)
    {
        output.ShowLine(
            $"{flow}: resent {report.Resent}, still refused {report.Refused.Count}"
            + (report.Filtered > 0 ? $", left out by processing {report.Filtered}" : "")
            + (report.Waiting > 0 ? $", not sent {report.Waiting}" : "")
            + (report.Incomplete > 0 ? $", {report.Incomplete} of lines that are not whole" : "")
            + (report.Before > 0 ? $", {report.Before} resent before" : ""));
        // The parts of a long line, for example, have one reason and one remedy.
        var reasons = report.Refused.GroupBy(refused => refused.Reason, refused => refused.Id).ToList();
        foreach (var ids in reasons.Take(MostShown))
        {
            var others = ids.Count() - 1;
            output.ShowLine($"  {ids.First()[..12]}{(others > 0 ? $" and {others} more" : "")}: {ids.Key}");
        }

        if (reasons.Count > MostShown)
        {
            output.ShowLine($"  and {reasons.Skip(MostShown).Sum(ids => ids.Count())} more for other reasons");
        }

        if (report.Stopped is { } stopped)
        {
            output.ShowLine($"  stopped: {stopped}");
        }
    }
}
