using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// A run: finds the objects that the lake does not have, reads them into the engine, lets a transform write its tables, and commits
/// everything in one step.
/// </summary>
internal abstract class LakeTransform(IObjectStore store, LakeDirectory lake, TransformOptions options, TimeProvider time)
{
    /// <summary>The table of the objects that were taken.</summary>
    protected abstract string ObjectsTable { get; }

    /// <summary>The table of what was left out.</summary>
    protected abstract string RejectsTable { get; }

    /// <summary>The lake.</summary>
    protected LakeDirectory Lake => lake;

    /// <summary>How the run works.</summary>
    protected TransformOptions Options => options;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Runs once.</summary>
    /// <exception cref="ObjectStoreException">The raw objects cannot be listed.</exception>
    /// <exception cref="LakeException">The lake cannot be used, or the disk fails; nothing is committed.</exception>
    public async Task<RunReport> RunAsync(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        using var run = lake.Begin();
        try
        {
            var report = await RunAsync(run, stopping);
            return report with { Seconds = time.GetElapsedTime(started).TotalSeconds };
        }
        catch (DuckDBException exception) when (exception.Message.Contains("Out of Memory", StringComparison.Ordinal))
        {
            throw new LakeException(
                $"nothing was committed to the lake {lake.Root}: {FirstLine(exception)}; raise --memory-limit", ExitCodes.Fault, exception);
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw new LakeException(
                $"nothing was committed to the lake {lake.Root}: {FirstLine(exception)}; make room or repair the disk, and run it again",
                LakeExitCodes.DiskFailure,
                exception);
        }
    }

    /// <summary>Refuses what the lake is not made for, and returns the state that the run commits.</summary>
    protected abstract LakeState Decide(LakeState before);

    /// <summary>The statements that make the tables <c>kept</c> and <c>rejected</c>, which both have object, line and record.</summary>
    protected abstract IEnumerable<string> CreateTables { get; }

    /// <summary>How records get into them.</summary>
    protected abstract IntakeStatements Statements(LakeState state);

    /// <summary>Moves rows that must not be kept to the rejects, after everything is read.</summary>
    /// <returns>What is to be reported.</returns>
    protected virtual IReadOnlyList<ObjectProblem> Settle(LakeEngine engine, LakeRun run) => [];

    /// <summary>How to move rows of <c>kept</c> to <c>rejected</c>: its columns that are not in both.</summary>
    protected abstract string RejectedColumns { get; }

    /// <summary>Writes the tables of the transform into scratch directories of the run.</summary>
    protected abstract void Write(LakeEngine engine, LakeRun run);

    /// <summary>Files of the old tree that the new one replaces, by their path below <c>tables/</c>.</summary>
    protected abstract IEnumerable<string> Replaced { get; }

    /// <summary>Puts the files that were written into the new tree; returns how many partitions got rows.</summary>
    protected abstract int Place(LakeRun run, string tables);

    /// <summary>Moves rows of <c>kept</c> to <c>rejected</c>.</summary>
    protected void Reject(LakeEngine engine, string reason, string which)
    {
        engine.Run(
            $"insert into rejected by name select '{reason}' as reason, {RejectedColumns}, object, line, record from kept where {which}");
        engine.Run($"delete from kept where {which}");
    }

    /// <summary>Writes one file of a table into the run's scratch directory.</summary>
    protected static void WriteFile(LakeEngine engine, LakeRun run, string table, string query) => engine.Run(
        $"copy ({query}) to {LakeEngine.Text(Path.Join(run.Scratch("files"), $"{table}.parquet"))} (format parquet, compression zstd)");

    /// <summary>Puts that file into the new tree, if there is one.</summary>
    protected static void PlaceFile(LakeRun run, string tables, string table)
    {
        var written = Path.Join(run.Scratch("files"), $"{table}.parquet");
        if (File.Exists(written))
        {
            var target = Path.Join(tables, table);
            FileTree.CreateDirectory(target);
            FileTree.Place(written, Path.Join(target, FileName(run, 0)));
        }
    }

    /// <summary>The name of a file of this run.</summary>
    protected static string FileName(LakeRun run, int file) =>
        string.Create(CultureInfo.InvariantCulture, $"part-{run.Number:D8}-{file}.parquet");

    /// <summary>The columns of a table and their types, for the engine.</summary>
    protected static string Definition(string table) => string.Join(
        ", ", TableColumns.Of(table).Select(column => $"{column.Name} {(column.Type == "text" ? "varchar" : column.Type)}"));

    private static bool IsOfDisk(Exception exception) => exception.IsDiskError()
        || (exception is DuckDBException && exception.Message.Contains("IO Error", StringComparison.Ordinal));

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('.', ' ', '\r');

    private async Task<RunReport> RunAsync(LakeRun run, CancellationToken stopping)
    {
        var state = Decide(run.Before);
        var found = await store.ListAsync(stopping);
        using var engine = LakeEngine.Start(options.MemoryLimit, options.Threads, run.Scratch("spill"));
        var known = ObjectLedger.Read(engine, Path.Join(lake.Tables, ObjectsTable));
        var (taken, changed) = Choose(found, known);
        if (taken.Count == 0)
        {
            return new RunReport { Run = run.Before.Run, Objects = found.Count, Problems = changed };
        }

        foreach (var statement in CreateTables)
        {
            engine.Run(statement);
        }

        var intake = new ObjectIntake(engine, store, options.Format, Statements(state));
        await intake.ReadAsync(taken, options.Threads, stopping);
        DropFailed(engine, taken);
        AddTaken(engine, taken);
        foreach (var (item, from, to) in intake.Distrusted)
        {
            Reject(
                engine, "damaged_gzip", string.Create(CultureInfo.InvariantCulture, $"object = {item} and line between {from} and {to}"));
        }

        var settled = Settle(engine, run);
        var report = Count(engine, run, found.Count, taken, [.. intake.Problems, .. settled, .. changed], intake.AdditionalMembers);
        if (report.Taken == 0)
        {
            return report with { Run = run.Before.Run };
        }

        WriteObjects(engine, run);
        WriteRejects(engine, run);
        Write(engine, run);
        stopping.ThrowIfCancellationRequested();
        var tables = run.BeginTree(Replaced);
        var partitions = Place(run, tables);
        PlaceFile(run, tables, RejectsTable);
        PlaceFile(run, tables, ObjectsTable);
        run.Publish(state with { Run = run.Number, Committed = time.GetUtcNow(), Records = run.Before.Records + report.Records });
        return report with { Partitions = partitions };
    }

    private static (List<IntakeObject> Taken, List<ObjectProblem> Changed) Choose(
        IReadOnlyList<StoredObject> found, Dictionary<string, TakenObject> known)
    {
        var taken = new List<IntakeObject>();
        var changed = new List<ObjectProblem>();
        foreach (var item in found)
        {
            if (!known.TryGetValue(item.Name, out var before))
            {
                taken.Add(new IntakeObject(taken.Count, item));
            }
            else if (before.Size != item.Size || (item.ETag is { } etag && etag != before.ETag))
            {
                changed.Add(new ObjectProblem(
                    item.Name,
                    0,
                    "changed",
                    $"it was taken with {before.Size} bytes and has {item.Size} now; its new content is not taken, because the rows of the "
                    + "old one are in the lake: put the new one there under another name, or make the lake again"));
            }
        }

        return (taken, changed);
    }

    private static void DropFailed(LakeEngine engine, List<IntakeObject> taken)
    {
        if (taken.Where(item => item.Failure is not null).ToList() is { Count: > 0 } failed)
        {
            var numbers = string.Join(", ", failed.Select(item => IntakeStatements.Number(item.Number)));
            engine.Run($"delete from kept where object in ({numbers})");
            engine.Run($"delete from rejected where object in ({numbers})");
        }
    }

    private static RunReport Count(
        LakeEngine engine,
        LakeRun run,
        int found,
        List<IntakeObject> taken,
        List<ObjectProblem> problems,
        IReadOnlyDictionary<string, long> additional)
    {
        var kept = engine.Read("select count(*) from kept", row => row.GetInt64(0)).Single();
        var reasons = engine.Read("select reason, count(*) from rejected group by reason", row => (row.GetString(0), row.GetInt64(1)));
        return new RunReport
        {
            Run = run.Number,
            Objects = found,
            Taken = taken.Count(item => item.Failure is null),
            Records = taken.Where(item => item.Failure is null).Sum(item => item.Records),
            Kept = kept,
            Rejected = reasons.Sum(reason => reason.Item2),
            Reasons = reasons.ToDictionary(reason => reason.Item1, reason => reason.Item2, StringComparer.Ordinal),
            Problems = problems,
            AdditionalMembers = additional,
        };
    }

    private static void AddTaken(LakeEngine engine, List<IntakeObject> taken)
    {
        engine.Run("create temp table taken (number integer, name varchar, size bigint, modified bigint, etag varchar, format varchar, "
            + "records bigint, problem varchar)");
        using var rows = new ChunkAppender(engine, "taken");
        foreach (var item in taken.Where(item => item.Failure is null))
        {
            rows.Set(0, item.Number);
            rows.Set(1, Encoding.UTF8.GetBytes(item.Item.Name));
            rows.Set(2, item.Item.Size);
            rows.Set(3, item.Item.Modified);
            rows.Set(4, Encoding.UTF8.GetBytes(item.Item.ETag ?? item.ETag));
            rows.Set(5, Encoding.UTF8.GetBytes(item.Format switch { RawFormat.Json => "json", RawFormat.Csv => "csv", _ => "empty" }));
            rows.Set(6, item.Records);
            rows.Set(7, item.Damage is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(item.Damage));
            rows.EndRow();
        }

        rows.Finish();
    }

    private void WriteObjects(LakeEngine engine, LakeRun run)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        WriteFile(engine, run, ObjectsTable, $"""
            select name, size, modified, etag, format, records, coalesce(k.rows, 0) as kept, coalesce(r.rows, 0) as rejected, problem,
                cast({IntakeStatements.Number(run.Number)} as bigint) as run, '{now}' as taken
            from taken
            left join (select object, count(*) as rows from kept group by object) as k on k.object = number
            left join (select object, count(*) as rows from rejected group by object) as r on r.object = number
            order by number
            """);
    }

    private void WriteRejects(LakeEngine engine, LakeRun run)
    {
        var columns = string.Join(", ", TableColumns.NamesOf(RejectsTable).Select(name => name switch
        {
            "object" => "name as object",
            "run" => $"cast({IntakeStatements.Number(run.Number)} as bigint) as run",
            _ => name,
        }));
        WriteFile(engine, run, RejectsTable, $"select {columns} from rejected join taken on object = number order by number, line, record");
    }
}
