using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Commands;

/// <summary>The command line.</summary>
internal sealed class LakeCommands
{
    /// <summary>The program's name in its messages.</summary>
    public const string Program = "order-lake";

    // The exit code of a shell after Ctrl-C.
    private const int Interrupted = 130;
    private const int MostProblemsShown = 20;

    private readonly TransformArguments _transform = new();
    private readonly QueryArguments _query = new();
    private readonly Option<bool> _initial = new("--initial")
    {
        Description = "Load only into a lake without events; refuse a filled one.",
    };

    private readonly Option<bool> _events = new("--events") { Description = "Take order change events instead of order lines." };

    /// <summary>Creates the root command and its subcommands.</summary>
    public ExplainedProgram Root()
    {
        var root = new ExplainedProgram(
            Program,
            "Makes tables of raw order objects, Parquet by country and date, and answers questions about them, on an embedded engine.",
            LakeHelp.Examples,
            LakeHelp.Files,
            LakeHelp.ExitCodes);
        var transform = new Command("transform", "Take raw objects into tables.");
        transform.Subcommands.Add(Transforming(
            "history",
            "Take order lines into the table orders: JSON lines or CSV, plain or gzip. Each run takes the objects that are new.",
            (arguments, lake, raw, stopping) => lake.TransformHistoryAsync(raw, stopping)));
        var events = Transforming(
            "events",
            "Take order change events into the table order_events, and the newest of each order into order_state.",
            (arguments, lake, raw, stopping) => lake.TransformEventsAsync(raw, arguments.GetValue(_initial), stopping));
        events.Options.Add(_initial);
        transform.Subcommands.Add(events);
        root.Subcommands.Add(transform);
        root.Subcommands.Add(Watch());
        root.Subcommands.Add(Query());
        root.Subcommands.Add(Asking("tables", "List the tables: rows, files, bytes, partitions.", lake => (lake.Tables(), true)));
        root.Subcommands.Add(Asking(
            "check",
            "Check the lake: does every record have its row, what is missing, repeated or stale. Exits with 65 if it is not sound.",
            lake => lake.Check()));
        root.Subcommands.Add(Audit());
        return root;
    }

    private ExplainedCommand Transforming(
        string name, string description, Func<ParseResult, Lake, IRawStore, CancellationToken, Task<RunReport>> run)
    {
        var command = new ExplainedCommand(name, description, LakeHelp.Examples, LakeHelp.Files, LakeHelp.ExitCodes);
        _transform.AddTo(command);
        command.SetAction((arguments, _) => WithRawAsync(arguments, async (lake, raw, stopping) =>
            await ShowAsync(await run(arguments, lake, raw, stopping), arguments.GetValue(_transform.Json))));
        return command;
    }

    private ExplainedCommand Watch()
    {
        var command = new ExplainedCommand(
            "watch", "Transform objects as they arrive, until it is stopped.", LakeHelp.Examples, LakeHelp.ExitCodes);
        _transform.AddTo(command);
        command.Options.Add(_events);
        command.Options.Add(_transform.Interval);
        command.SetAction((arguments, _) => WithRawAsync(
            arguments, (lake, raw, stopping) => WatchAsync(arguments, lake, raw, stopping)));
        return command;
    }

    private async Task<int> WatchAsync(ParseResult arguments, Lake lake, IRawStore raw, CancellationToken stopping)
    {
        IReadOnlyList<ObjectProblem> before = [];
        var worst = ExitCodes.Success;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var report = arguments.GetValue(_events)
                    ? await lake.TransformEventsAsync(raw, initial: false, stopping)
                    : await lake.TransformHistoryAsync(raw, stopping);
                if (report.Taken > 0 || !report.Problems.SequenceEqual(before))
                {
                    worst = Math.Max(worst, await ShowAsync(report, arguments.GetValue(_transform.Json)));
                }

                before = report.Problems;
            }
            catch (LakeException exception) when (exception.ExitCode == ExitCodes.AlreadyRunning)
            {
                // The other run takes what is new.
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(arguments.GetValue(_transform.Interval), TimeProvider.System, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return worst;
    }

    private ExplainedCommand Query()
    {
        var command = new ExplainedCommand(
            "query",
            "Answer a question: one of the queries that have a name, or SQL in a file, over the tables of the lake.",
            new HelpSection("Queries", [.. NamedQueries.All.Select(query => new HelpEntry(query.Name, query.Description))]),
            LakeHelp.QueryExitCodes);
        _query.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var result = Open(arguments.GetValue(_query.Lake)!, _query.Read(arguments))
                .Query(arguments.GetValue(_query.Name)!, arguments.GetValue(_query.Country));
            await Console.Out.WriteAsync(_query.Format(arguments, result));
            return ExitCodes.Success;
        });
        return command;
    }

    private ExplainedCommand Asking(string name, string description, Func<Lake, (QueryResult Result, bool Passed)> ask)
    {
        var command = new ExplainedCommand(name, description, LakeHelp.QueryExitCodes);
        _query.AddCommonTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var (result, passed) = ask(Open(arguments.GetValue(_query.Lake)!, _query.Read(arguments)));
            await Console.Out.WriteAsync(_query.Format(arguments, result));
            return passed ? ExitCodes.Success : LakeExitCodes.DamagedObjects;
        });
        return command;
    }

    private ExplainedCommand Audit()
    {
        var command = new ExplainedCommand(
            "audit",
            "Show for each stream which bytes arrived, which are missing and which came twice, from the raw objects alone. "
            + "Exits with 65 if any are missing.",
            LakeHelp.QueryExitCodes);
        command.Options.Add(_transform.Raw);
        command.Options.Add(_transform.Memory);
        command.Options.Add(_transform.Threads);
        command.Options.Add(_query.Output);
        command.SetAction((arguments, _) => GuardRawAsync(async stopping =>
        {
            var scratch = Directory.CreateTempSubdirectory("order-lake-audit-").FullName;
            try
            {
                var audit = await new SourceAudit(
                    new DirectoryStore(arguments.GetValue(_transform.Raw)!),
                    new TransformOptions
                    {
                        MemoryLimit = arguments.GetValue(_transform.Memory),
                        Threads = arguments.GetValue(_transform.Threads),
                    }).RunAsync(scratch, stopping);
                await Console.Out.WriteAsync(_query.Format(arguments, audit.Ranges));
                await Console.Error.WriteLineAsync($"{Program}: {audit.Without} records have no provenance");
                await ShowAsync(audit.Problems);
                return audit.IsComplete ? ExitCodes.Success : LakeExitCodes.DamagedObjects;
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        }));
        return command;
    }

    private static Lake Open(string directory, TransformOptions options) => new(directory, options, TimeProvider.System);

    private async Task<int> WithRawAsync(ParseResult arguments, Func<Lake, IRawStore, CancellationToken, Task<int>> run)
    {
        var (raw, lake) = (Path.GetFullPath(arguments.GetValue(_transform.Raw)!), Path.GetFullPath(arguments.GetValue(_transform.Lake)!));
        if (lake == raw || lake.StartsWith(raw.TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            await Console.Error.ShowLineAsync(
                $"{Program}: the lake {lake} is in the directory of the raw objects {raw}, so its files would be read as objects; "
                + "name another");
            return ExitCodes.Usage;
        }

        return await GuardRawAsync(stopping => run(Open(lake, _transform.Read(arguments)), new DirectoryStore(raw), stopping));
    }

    private static async Task<int> GuardRawAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stopping = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            return await run(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{Program}: interrupted; nothing was committed");
            return Interrupted;
        }
        catch (RawStoreException exception)
        {
            await Console.Error.ShowLineAsync($"{Program}: the raw objects cannot be read: {exception.Message}");
            return LakeExitCodes.NoInput;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<int> ShowAsync(RunReport report, bool json)
    {
        await Console.Out.WriteLineAsync(json
            ? VisibleText.OfJson(JsonSerializer.Serialize(report, OutputJson.Options))
            : $"lake: {report.Summary()}");
        foreach (var (name, count) in report.AdditionalMembers.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            await Console.Error.ShowLineAsync($"{Program}: {count} records have the member {name}, of which no column is made");
        }

        await ShowAsync(report.Problems);
        return report.Problems.Count > 0 ? LakeExitCodes.DamagedObjects : ExitCodes.Success;
    }

    private static async Task ShowAsync(IReadOnlyList<ObjectProblem> problems)
    {
        foreach (var problem in problems.Take(MostProblemsShown))
        {
            var line = problem.Line > 0 ? $", line {problem.Line}" : "";
            await Console.Error.ShowLineAsync($"{Program}: {problem.Object}{line}: {problem.Reason}: {problem.Detail}");
        }

        if (problems.Count > MostProblemsShown)
        {
            await Console.Error.ShowLineAsync($"{Program}: and {problems.Count - MostProblemsShown} more");
        }
    }
}
