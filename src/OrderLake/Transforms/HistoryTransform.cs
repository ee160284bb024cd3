using Shipper.Foundation.Hosting;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary><c>transform history</c>: order lines become the table <c>orders</c>, by country and date.</summary>
internal sealed class HistoryTransform(IObjectStore store, LakeDirectory lake, TransformOptions options, TimeProvider time)
    : LakeTransform(store, lake, options, time)
{
    private const string Partitioned = "orders";

    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
    private LakeLayout _layout;

    /// <inheritdoc/>
    protected override string ObjectsTable => TableColumns.Objects;

    /// <inheritdoc/>
    protected override string RejectsTable => TableColumns.Rejects;

    /// <inheritdoc/>
    protected override IEnumerable<string> Replaced => _replaced;

    /// <inheritdoc/>
    protected override string RejectedColumns =>
        "invoiceno, stockcode, description, cast(quantity as varchar) as quantity, cast(invoicedateonly as varchar) as invoicedate, "
        + "cast(unitprice as varchar) as unitprice, customerid, country, source, content_hash";

    /// <inheritdoc/>
    protected override IEnumerable<string> CreateTables =>
    [
        $"create table kept ({Definition(TableColumns.Orders)}, {Place()})",
        "create table rejected (reason varchar, invoiceno varchar, stockcode varchar, description varchar, quantity varchar, "
        + $"invoicedate varchar, unitprice varchar, customerid varchar, country varchar, content varchar, {Place()})",
    ];

    /// <inheritdoc/>
    protected override LakeState Decide(LakeState before)
    {
        if (before.TagByUsd is { } present && Options.TagByUsd is { } wanted && wanted != present)
        {
            throw new LakeException(
                $"the lake {Lake.Root} tags orders by their amount{(present ? " in dollars" : "")}, and --tag-by-usd asks for the "
                + "other; use the lake's way, or make another lake",
                ExitCodes.Configuration);
        }

        if (before.Layout is { } layout && Options.Layout is { } asked && asked != layout)
        {
            throw new LakeException(
                $"the lake {Lake.Root} is partitioned by {Name(layout)}, and --layout asks for {Name(asked)}; "
                + "use the lake's layout, or make another lake",
                ExitCodes.Configuration);
        }

        _layout = before.Layout ?? Options.Layout ?? LakeLayout.Date;
        return before with { TagByUsd = before.TagByUsd ?? Options.TagByUsd ?? false, Layout = _layout };
    }

    /// <inheritdoc/>
    protected override IntakeStatements Statements(LakeState state)
    {
        var orders = SpecificationFile.Text("duckdb.orders.sql")
            .Replace("${tag}", state.TagByUsd == true ? "totalamountusd" : "totalamount", StringComparison.Ordinal);
        return new IntakeStatements(
            TableColumns.RawOrders,
            [.. TableColumns.NamesOf(TableColumns.RawOrders)],
            [
                $"insert into kept by name {orders}",
                $"insert into rejected by name {SpecificationFile.Text("duckdb.rejects.sql")}",
                "insert into rejected by name select * from raw_rejects",
            ]);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectProblem> Settle(LakeEngine engine, LakeRun run) =>
        Repeats.Settle(engine, Path.Join(Lake.Tables, TableColumns.Provenance), which => Reject(engine, Repeats.Reason, which));

    /// <inheritdoc/>
    protected override void Write(LakeEngine engine, LakeRun run)
    {
        Repeats.Write(engine, query => WriteFile(engine, run, TableColumns.Provenance, query), run.Number);

        // One partition after the other, each by one thread: one file for each, and no more rows in memory than a vector.
        engine.Run("set threads = 1");
        engine.Run("set partitioned_write_flush_threshold = 2048");
        engine.Run("set partitioned_write_max_open_files = 4");
        var (partitions, columns) = _layout == LakeLayout.Month
            ? ($"country, {LakeLayouts.Month}", $", strftime(invoicedateonly, '%Y-%m') as {LakeLayouts.Month}")
            : ("country, invoicedateonly", "");
        engine.Run($"""
            copy (
                select {IntakeStatements.Columns(TableColumns.Orders)}{columns}
                from kept order by country, invoicedateonly, object, line, record
            )
            to {LakeEngine.Text(run.Scratch(Partitioned))} (format parquet, compression zstd, partition_by ({partitions}), overwrite true)
            """);
        foreach (var (written, below) in WrittenPartitions(run))
        {
            _replaced.UnionWith(Compaction.Merge(engine, Lake.Tables, below, written, run.Scratch("compacted"), Options.CompactFiles));
        }

        foreach (var table in new[] { TableColumns.Rejects, TableColumns.Objects, TableColumns.Provenance })
        {
            _replaced.UnionWith(Compaction.MergeFile(engine, Lake.Tables, table, run.Scratch("files"), Options.CompactFiles));
        }
    }

    /// <inheritdoc/>
    protected override int Place(LakeRun run, string tables)
    {
        PlaceFile(run, tables, TableColumns.Provenance);
        var partitions = 0;
        foreach (var (written, below) in WrittenPartitions(run))
        {
            var target = Path.Join(tables, below);
            FileTree.CreateDirectory(target);
            var file = 0;
            foreach (var path in Directory.EnumerateFiles(written).Order(StringComparer.Ordinal))
            {
                FileTree.Place(path, Path.Join(target, FileName(run, file++)));
            }

            partitions++;
        }

        return partitions;
    }

    /// <summary>The partitions that the engine wrote, and the path of each below <c>tables/</c>, as Hive escapes it.</summary>
    private static IEnumerable<(string Written, string Below)> WrittenPartitions(LakeRun run) =>
        from country in Directory.GetDirectories(run.Scratch(Partitioned))
        from date in Directory.GetDirectories(country)
        let names = new[] { country, date }.Select(directory => PartitionName.FromEngine(Path.GetFileName(directory)))
        select (date, string.Join('/', names.Prepend(TableColumns.Orders)));

    private static string Name(LakeLayout layout) => layout == LakeLayout.Month ? "month" : "date";

    private static string Place() => "object integer, line bigint, record integer, source varchar, content_hash varchar";
}
