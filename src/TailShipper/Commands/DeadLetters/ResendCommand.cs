using Microsoft.Extensions.DependencyInjection;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters resend</c>: sends them again through the service's own client, and marks what was taken.</summary>
internal static class ResendCommand
{
    private const int MostShown = 10;

    /// <summary>Sends. 0: none of the letters that were meant is left; 1: some are refused, or could not be sent; 2: nobody can say, because letters or marks cannot be read or written.</summary>
    /// <exception cref="ConfigurationException">A flow that is meant cannot be sent to: no region, or a setting of the connection is wrong.</exception>
    public static async Task<int> RunAsync(ShipperSetup setup, LetterFilter filter, TimeSpan patience, TextWriter output, CancellationToken cancellation)
    {
        if (filter.Flow is not null && setup.Options.Flows.TrueForAll(flow => flow.Name != filter.Flow))
        {
            await Console.Error.WriteLineAsync($"tailshipper: there is no flow \"{filter.Flow}\"; the flows are {string.Join(", ", setup.Options.Flows.Select(flow => flow.Name))}");
            return ExitCodes.Usage;
        }

        var problems = new ConfigurationProblems();
        ShipperSetup.ValidateConnections(setup.Options.Aws, setup.Options.Flows.Where(flow => filter.Flow is null || flow.Name == filter.Flow), problems);
        problems.ThrowIfAny();

        var directory = ShipperDirectories.DeadLetters(setup.Options);
        try
        {
            if (DeadLetterName.List(directory, filter.Flow).Count == 0)
            {
                await output.WriteLineAsync($"No dead letters in {directory}.");
                return ExitCodes.Success;
            }

            using var held = ResendLock.Acquire(directory);
            using var marks = ResentDeadLetters.Load(directory);
            marks.Begin(TimeProvider.System.GetUtcNow());
            return await RunAsync(setup.Options, directory, filter, marks, patience, output, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return DeadLettersCommand.Refuse(directory, exception);
        }
    }

    private static async Task<int> RunAsync(
        ShipperOptions options, string directory, LetterFilter filter, ResentDeadLetters marks, TimeSpan patience, TextWriter output, CancellationToken cancellation)
    {
        await using var services = new ServiceCollection().AddSingleton(options.Aws).AddSingleton(TimeProvider.System).AddWire().BuildServiceProvider();
        var shelf = new LetterShelf(directory);
        var present = new HashSet<string>(StringComparer.Ordinal);
        var runs = new Dictionary<string, FlowResend>(StringComparer.Ordinal);
        var strangers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var interrupted = false;
        try
        {
            foreach (var letter in shelf.Read())
            {
                present.Add(letter.Id);
                if (!filter.Takes(letter))
                {
                    continue;
                }

                if (options.Flows.Find(flow => flow.Name == letter.Flow) is not { } flow)
                {
                    strangers[letter.Flow] = strangers.GetValueOrDefault(letter.Flow) + (marks.Contains(letter.Id) ? 0 : 1);
                    continue;
                }

                if (!runs.TryGetValue(flow.Name, out var run))
                {
                    runs.Add(flow.Name, run = Create(flow, options, services, marks, patience));
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

        foreach (var (name, letters) in strangers.Where(flow => flow.Value > 0))
        {
            isDone = false;
            await output.WriteLineAsync($"{name}: {letters} not sent: the configuration has no flow of this name");
        }

        if (interrupted)
        {
            await Console.Error.WriteLineAsync("tailshipper: interrupted; what the service took until then is marked, and only the call that was under way may repeat");
        }
        else if (!shelf.IsBlind)
        {
            marks.Compact(present, TimeProvider.System.GetUtcNow());
        }

        var code = DeadLettersCommand.Say(shelf);
        return code != ExitCodes.Success ? code : isDone ? ExitCodes.Success : ExitCodes.Fault;
    }

    private static FlowResend Create(FlowOptions flow, ShipperOptions options, ServiceProvider services, ResentDeadLetters marks, TimeSpan patience)
    {
        var destination = Destination.Of(flow);
        var limits = destination.Limits with { MaxRecords = flow.MaxBatchRecords, MaxBytes = flow.MaxBatchBytes };
        var memory = new ChunkPool(2 * (limits.MaxBytes + ChunkShare.GuaranteedBytes));
        var batch = new Batch(new BodyWriter(memory.Share(), destination.Envelope(flow.PartitionKey, pathOf: null, new Random())), limits, Packing.LinePerRecord(limits));
        var client = services.GetRequiredService<IDeliveryClients>().For(destination.Kind);
        var calls = new ResendCalls(client, destination, options.CallTimeout, patience, new Random().NextDouble, TimeProvider.System);
        return new FlowResend(flow.Oversize, limits, batch, calls, marks, TimeProvider.System);
    }

    private static void Print(string flow, ResendReport report, TextWriter output)
    {
        output.WriteLine(
            $"{flow}: resent {report.Resent}, still refused {report.Refused.Count}"
            + (report.Waiting > 0 ? $", not sent {report.Waiting}" : "")
            + (report.Incomplete > 0 ? $", {report.Incomplete} of lines that are not whole" : "")
            + (report.Before > 0 ? $", {report.Before} resent before" : ""));
        foreach (var (id, reason) in report.Refused.Take(MostShown))
        {
            output.WriteLine($"  {id[..12]}: {Printable.Text(reason)}");
        }

        if (report.Refused.Count > MostShown)
        {
            output.WriteLine($"  and {report.Refused.Count - MostShown} more");
        }

        if (report.Stopped is { } stopped)
        {
            output.WriteLine($"  stopped: {Printable.Text(stopped)}");
        }
    }
}
