using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Shipper.Foundation.Files;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// <c>transform history</c>: order lines become the table <c>orders</c>, those that are left out the table <c>rejects</c>. Each run takes
/// the objects that the lake does not have yet.
/// </summary>
internal sealed class HistoryTransform(IRawStore store, LakeDirectory lake, TransformOptions options, TimeProvider time)
{
    private const string Partitioned = "orders";

    /// <summary>Runs once.</summary>
    /// <exception cref="RawStoreException">The raw objects cannot be listed.</exception>
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
        catch (Exception exception) when (exception.IsDiskError() || exception is DuckDBException or EngineException)
        {
            throw new LakeException(
                $"nothing was committed to the lake {lake.Root}: {exception.Message}; make room or repair the disk, and run it again",
                LakeExitCodes.DiskFailure,
                exception);
        }
    }

    private async Task<RunReport> RunAsync(LakeRun run, CancellationToken stopping)
    {
        var state = Decide(run.Before);
        using var engine = LakeEngine.Start(options.MemoryLimit, options.Threads, run.Scratch("spill"));
        var known = ObjectLedger.Read(engine, lake.Tables);
        var found = await store.ListAsync(stopping);
        var (taken, changed) = Choose(found, known);
        if (taken.Count == 0)
        {
            return new RunReport { Run = run.Before.Run, Objects = found.Count, Problems = changed };
        }

        engine.Run($"create table kept ({Definition(TableColumns.Orders)}, object integer, line bigint, record integer)");
        engine.Run(
            "create table rejected (reason varchar, invoiceno varchar, stockcode varchar, description varchar, quantity varchar, "
            + "invoicedate varchar, unitprice varchar, customerid varchar, country varchar, content varchar, object integer, line bigint, "
            + "record integer)");
        var intake = new ObjectIntake(engine, store, options.Format, Statements(state.TagByUsd));
        await intake.ReadAsync(taken, options.Threads, stopping);
        DropFailed(engine, taken);
        DropDistrusted(engine, intake);
        var report = Count(engine, run, found.Count, taken, [.. intake.Problems, .. changed], intake.AdditionalMembers);
        if (report.Taken == 0)
        {
            return report with { Run = run.Before.Run };
        }

        AddTaken(engine, taken);
        WriteObjects(engine, run);
        WriteRejects(engine, run);
        WriteOrders(engine, run);
        stopping.ThrowIfCancellationRequested();
        var tables = run.BeginTree([]);
        var partitions = PlaceOrders(run, tables);
        PlaceFile(run, tables, TableColumns.Rejects);
        PlaceFile(run, tables, TableColumns.Objects);
        run.Publish(state with { Run = run.Number, Committed = time.GetUtcNow() });
        return report with { Partitions = partitions };
    }

    private LakeState Decide(LakeState before)
    {
        if (before.Run > 0 && options.TagByUsd is { } wanted && wanted != before.TagByUsd)
        {
            throw new LakeException(
                $"the lake {lake.Root} tags orders by their amount{(before.TagByUsd ? " in dollars" : "")}, and --tag-by-usd asks for the "
                + "other; use the lake's way, or make another lake",
                Foundation.Hosting.ExitCodes.Configuration);
        }

        return before.Run > 0 ? before : before with { TagByUsd = options.TagByUsd ?? false };
    }

    private static (List<IntakeObject> Taken, List<ObjectProblem> Changed) Choose(
        IReadOnlyList<RawObject> found, Dictionary<string, TakenObject> known)
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

    private static IntakeStatements Statements(bool tagByUsd)
    {
        var orders = SpecificationFile.Text("duckdb.orders.sql")
            .Replace("${tag}", tagByUsd ? "totalamountusd" : "totalamount", StringComparison.Ordinal);
        var rejects = SpecificationFile.Text("duckdb.rejects.sql");
        return new IntakeStatements(
            TableColumns.RawOrders,
            [.. TableColumns.NamesOf(TableColumns.RawOrders)],
            [
                $"insert into kept by name {orders}",
                $"insert into rejected by name {rejects}",
                "insert into rejected by name select * from raw_rejects",
            ]);
    }

    private static string Definition(string table) => string.Join(
        ", ", TableColumns.Of(table).Select(column => $"{column.Name} {(column.Type == "text" ? "varchar" : column.Type)}"));

    private static void DropFailed(LakeEngine engine, List<IntakeObject> taken)
    {
        if (taken.Where(item => item.Failure is not null).ToList() is { Count: > 0 } failed)
        {
            var numbers = string.Join(", ", failed.Select(item => IntakeStatements.Number(item.Number)));
            engine.Run($"delete from kept where object in ({numbers})");
            engine.Run($"delete from rejected where object in ({numbers})");
        }
    }

    private static void DropDistrusted(LakeEngine engine, ObjectIntake intake)
    {
        foreach (var (item, from, to) in intake.Distrusted)
        {
            var which = string.Create(CultureInfo.InvariantCulture, $"object = {item} and line between {from} and {to}");
            engine.Run($"""
                insert into rejected by name
                select 'damaged_gzip' as reason, invoiceno, stockcode, description, cast(quantity as varchar) as quantity,
                    cast(invoicedateonly as varchar) as invoicedate, cast(unitprice as varchar) as unitprice, customerid, country,
                    object, line, record
                from kept where {which}
                """);
            engine.Run($"delete from kept where {which}");
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
        Write(run, engine, TableColumns.Objects, $"""
            select name, size, modified, etag, format, records, coalesce(k.rows, 0) as kept, coalesce(r.rows, 0) as rejected, problem,
                cast({IntakeStatements.Number(run.Number)} as bigint) as run, '{now}' as taken
            from taken
            left join (select object, count(*) as rows from kept group by object) as k on k.object = number
            left join (select object, count(*) as rows from rejected group by object) as r on r.object = number
            order by number
            """);
    }

    private static void WriteRejects(LakeEngine engine, LakeRun run) => Write(run, engine, TableColumns.Rejects, $"""
        select reason, name as object, line, record, invoiceno, stockcode, description, quantity, invoicedate, unitprice, customerid,
            country, content, cast({IntakeStatements.Number(run.Number)} as bigint) as run
        from rejected join taken on object = number order by number, line, record
        """);

    private static void WriteOrders(LakeEngine engine, LakeRun run)
    {
        // One partition after the other, each by one thread: one file for each, and no more rows in memory than a vector.
        engine.Run("set threads = 1");
        engine.Run("set partitioned_write_flush_threshold = 2048");
        engine.Run("set partitioned_write_max_open_files = 4");
        var partitions = string.Join(
            ", ", TableColumns.Of(TableColumns.Orders).Where(column => column.IsPartition).Select(column => column.Name));
        engine.Run($"""
            copy (select {IntakeStatements.Columns(TableColumns.Orders)} from kept order by {partitions}, object, line, record)
            to {LakeEngine.Text(run.Scratch(Partitioned))} (format parquet, compression zstd, partition_by ({partitions}), overwrite true)
            """);
    }

    private static void Write(LakeRun run, LakeEngine engine, string table, string query) => engine.Run(
        $"copy ({query}) to {LakeEngine.Text(Path.Join(run.Scratch("files"), $"{table}.parquet"))} (format parquet, compression zstd)");

    private static int PlaceOrders(LakeRun run, string tables)
    {
        var partitions = 0;
        foreach (var country in Directory.EnumerateDirectories(run.Scratch(Partitioned)))
        {
            foreach (var date in Directory.EnumerateDirectories(country))
            {
                var target = Path.Join(
                    tables,
                    TableColumns.Orders,
                    PartitionName.FromEngine(Path.GetFileName(country)),
                    PartitionName.FromEngine(Path.GetFileName(date)));
                FileTree.CreateDirectory(target);
                var file = 0;
                foreach (var written in Directory.EnumerateFiles(date).Order(StringComparer.Ordinal))
                {
                    FileTree.Place(written, Path.Join(target, FileName(run, file++)));
                }

                partitions++;
            }
        }

        return partitions;
    }

    private static void PlaceFile(LakeRun run, string tables, string table)
    {
        var target = Path.Join(tables, table);
        FileTree.CreateDirectory(target);
        FileTree.Place(Path.Join(run.Scratch("files"), $"{table}.parquet"), Path.Join(target, FileName(run, 0)));
    }

    private static string FileName(LakeRun run, int file) =>
        string.Create(CultureInfo.InvariantCulture, $"part-{run.Number:D8}-{file}.parquet");
}
