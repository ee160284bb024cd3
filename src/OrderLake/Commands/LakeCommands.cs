using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Page;
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
    private readonly ServeArguments _serve = new();
    private readonly Option<bool> _initial = new("--initial")
    {
        Description = "Load only into a lake without events; refuse a filled one.",
    };

    private readonly Option<bool> _events = new("--events") { Description = "Take order change events instead of order lines." };
    private readonly Option<bool> _changes = new("--changes")
    {
        Description = "Take the changes of a DynamoDB table instead of order lines.",
    };

    private readonly Option<string?> _table = new("--table")
    {
        Description = "Take only the changes of this table; those of others are rejected. Default: of every table.",
        HelpName = "NAME",
    };

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
        var changes = Transforming(
            "changes",
            "Take the changes of a DynamoDB table of orders into the table order_changes: as its stream delivers them, or flat, as "
            + "change-function makes them.",
            (arguments, lake, raw, stopping) => lake.TransformChangesAsync(raw, arguments.GetValue(_table), stopping));
        changes.Options.Add(_table);
        transform.Subcommands.Add(changes);
        root.Subcommands.Add(transform);
        root.Subcommands.Add(Watch());
        root.Subcommands.Add(Serve());
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
        string name, string description, Func<ParseResult, Lake, IObjectStore, CancellationToken, Task<RunReport>> run)
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
        AddKindsTo(command);
        command.Options.Add(_transform.Interval);
        command.SetAction((arguments, _) => WithRawAsync(
            arguments, (lake, raw, stopping) => WatchAsync(arguments, lake, raw, stopping)));
        return command;
    }

    private async Task<int> WatchAsync(ParseResult arguments, Lake lake, IObjectStore raw, CancellationToken stopping)
    {
        var worst = ExitCodes.Success;
        await new LakeWatch(
            Transform(arguments, lake, raw),
            async report => worst = Math.Max(worst, await ShowAsync(report, arguments.GetValue(_transform.Json))),
            arguments.GetValue(_transform.Interval),
            TimeProvider.System).RunAsync(stopping);
        return worst;
    }

    private Func<CancellationToken, Task<RunReport>> Transform(ParseResult arguments, Lake lake, IObjectStore raw) =>
        arguments.GetValue(_events) ? stopping => lake.TransformEventsAsync(raw, initial: false, stopping)
        : arguments.GetValue(_changes) ? stopping => lake.TransformChangesAsync(raw, arguments.GetValue(_table), stopping)
        : stopping => lake.TransformHistoryAsync(raw, stopping);

    private void AddKindsTo(Command command)
    {
        command.Options.Add(_events);
        command.Options.Add(_changes);
        command.Options.Add(_table);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_events) && result.GetValue(_changes))
            {
                result.AddError("--events and --changes exclude each other: objects are of one kind");
            }

            if (result.GetValue(_table) is not null && !result.GetValue(_changes))
            {
                result.AddError("--table has no effect without --changes");
            }
        });
    }

    private ExplainedCommand Serve()
    {
        var command = new ExplainedCommand(
            "serve",
            "Show the lake, and the pipeline before it, on a web page of this machine, until it is stopped. With --raw it also transforms "
            + "objects as they arrive.",
            LakeHelp.ServeExamples,
            LakeHelp.ServeExitCodes);
        _serve.AddTo(command);
        foreach (var option in new Option[] { _transform.Lake, _transform.Memory, _transform.Threads, _transform.Interval })
        {
            command.Options.Add(option);
        }

        AddKindsTo(command);

        command.SetAction((arguments, _) => GuardRawAsync(stopping => ServeAsync(arguments, stopping)));
        return command;
    }

    private async Task<int> ServeAsync(ParseResult arguments, CancellationToken stopping)
    {
        var options = new TransformOptions
        {
            MemoryLimit = arguments.GetValue(_transform.Memory),
            Threads = arguments.GetValue(_transform.Threads),
        };
        var lake = Open(arguments.GetValue(_transform.Lake)!, options);
        var raw = arguments.GetValue(_serve.Raw);
        if (raw is not null && await RefuseNestedAsync(raw, lake.Path))
        {
            return ExitCodes.Usage;
        }

        var listen = arguments.GetValue(_serve.Listen)!;
        var token = _serve.ReadToken(arguments);
        if (token is null && !IPAddress.IsLoopback(listen.Address))
        {
            await Console.Error.WriteLineAsync(
                $"{Program}: --listen {listen} can be reached from other machines, so it needs a token; name a file that holds one with "
                + "--token-file");
            return ExitCodes.Usage;
        }

        var store = raw is null ? null : OpenRaw(raw, arguments.GetValue(_serve.Endpoint));
        var state = new PageState(lake.Answers(), lake.Path, arguments.GetValue(_serve.Pipeline), TimeProvider.System);
        await using var page = await PageServer.StartAsync(state, listen, token);
        await Console.Out.WriteLineAsync($"The page is at {page.Address}");
        if (arguments.GetValue(_serve.UrlFile) is { } file)
        {
            PrivateFiles.Replace(file, content => content.Write(Encoding.UTF8.GetBytes(page.Address.AbsoluteUri)));
        }

        var transforming = store is null
            ? Task.CompletedTask
            : Task.Run(() => TransformBehindAsync(arguments, lake, store, state, stopping), CancellationToken.None);
        await Task.Run(() => state.RunAsync(stopping), CancellationToken.None);
        await transforming;
        return ExitCodes.Success;
    }

    // What goes wrong is on the page and tried again: the page stays.
    private async Task TransformBehindAsync(ParseResult arguments, Lake lake, IObjectStore raw, PageState state, CancellationToken stopping)
    {
        var run = Transform(arguments, lake, raw);
        await new LakeWatch(
            async cancellation =>
            {
                try
                {
                    var report = await run(cancellation);
                    state.TransformTrouble = report.Problems.Count == 0
                        ? null
                        : $"{report.Problems[0].Object}: {report.Problems[0].Reason}: {report.Problems[0].Detail}";
                    return report;
                }
                catch (Exception exception) when (exception is ObjectStoreException
                    || (exception is LakeException refused && refused.ExitCode != ExitCodes.AlreadyRunning))
                {
                    state.TransformTrouble = exception.Message;
                    return new RunReport { Problems = [new ObjectProblem(lake.Path, 0, "failed", exception.Message)] };
                }
            },
            report => ShowAsync(report, json: false),
            arguments.GetValue(_transform.Interval),
            TimeProvider.System).RunAsync(stopping);
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
        command.Options.Add(_transform.Endpoint);
        command.Options.Add(_transform.Memory);
        command.Options.Add(_transform.Threads);
        command.Options.Add(_query.Output);
        command.SetAction((arguments, _) => GuardRawAsync(async stopping =>
        {
            var scratch = Directory.CreateTempSubdirectory("order-lake-audit-").FullName;
            try
            {
                var audit = await new SourceAudit(
                    OpenRaw(arguments.GetValue(_transform.Raw)!, arguments.GetValue(_transform.Endpoint)),
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

    private async Task<int> WithRawAsync(ParseResult arguments, Func<Lake, IObjectStore, CancellationToken, Task<int>> run)
    {
        var (raw, lake) = (arguments.GetValue(_transform.Raw)!, Path.GetFullPath(arguments.GetValue(_transform.Lake)!));
        return await RefuseNestedAsync(raw, lake)
            ? ExitCodes.Usage
            : await GuardRawAsync(stopping => run(
                Open(lake, _transform.Read(arguments)), OpenRaw(raw, arguments.GetValue(_transform.Endpoint)), stopping));
    }

    private static IObjectStore OpenRaw(string place, Uri? endpoint) =>
        ObjectStores.Open(place, new S3Access(endpoint), TimeProvider.System);

    private static async Task<bool> RefuseNestedAsync(string place, string lake)
    {
        if (S3Location.IsS3(place))
        {
            return false;
        }

        var raw = Path.GetFullPath(place);
        var nested = lake == raw || lake.StartsWith(raw.TrimEnd('/') + "/", StringComparison.Ordinal);
        if (nested)
        {
            await Console.Error.ShowLineAsync(
                $"{Program}: the lake {lake} is in the directory of the raw objects {raw}, so its files would be read as objects; "
                + "name another");
        }

        return nested;
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
        catch (ObjectStoreException exception)
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
