using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// <c>transform events</c>: order change events become the table <c>order_events</c>, typed and with their source, and of these the table
/// <c>order_state</c>, the newest event of each order by event time.
/// </summary>
internal sealed class EventTransform(IObjectStore store, LakeDirectory lake, TransformOptions options, TimeProvider time, bool initial)
    : LakeTransform(store, lake, options, time)
{
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override string ObjectsTable => TableColumns.EventObjects;

    /// <inheritdoc/>
    protected override string RejectsTable => TableColumns.EventRejects;

    /// <inheritdoc/>
    protected override IEnumerable<string> Replaced => _replaced;

    /// <inheritdoc/>
    protected override string RejectedColumns =>
        "concat_ws('|', order_id, user_id, product_id, operation, amount, payment_method, event_timestamp) as content";

    /// <inheritdoc/>
    protected override IEnumerable<string> CreateTables =>
    [
        "create table kept (order_id bigint, user_id bigint, product_id bigint, operation varchar, amount decimal(12,2), "
        + "payment_method varchar, event_timestamp timestamp, object integer, line bigint, record integer)",
        "create table rejected (reason varchar, content varchar, object integer, line bigint, record integer)",
    ];

    /// <inheritdoc/>
    protected override LakeState Decide(LakeState before)
    {
        if (initial && Files(TableColumns.OrderEvents).Count > 0)
        {
            throw new LakeException(
                $"the lake {Lake.Root} has order events already, and --initial loads only into an empty table; leave --initial out to add "
                + "to it, or name another lake",
                ExitCodes.Configuration);
        }

        return before;
    }

    /// <inheritdoc/>
    protected override IntakeStatements Statements(LakeState state) => new(
        TableColumns.RawEvents,
        [.. TableColumns.NamesOf(TableColumns.RawEvents)],
        [
            $"insert into kept by name {SpecificationFile.Text("duckdb.events.sql")}",
            $"insert into rejected by name {SpecificationFile.Text("duckdb.event_rejects.sql")}",
            "insert into rejected by name select * from raw_rejects",
        ]);

    /// <inheritdoc/>
    protected override void Write(LakeEngine engine, LakeRun run)
    {
        var now = Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        WriteFile(engine, run, TableColumns.OrderEvents, $"""
            select order_id, user_id, product_id, operation, amount, payment_method, event_timestamp, name as object, line, record,
                cast({IntakeStatements.Number(run.Number)} as bigint) as run, timestamp '{now}' as loaded
            from kept join taken on object = number order by number, line, record
            """);
        var columns = IntakeStatements.Columns(TableColumns.OrderState);
        var before = Files(TableColumns.OrderState);
        var old = before.Count == 0 ? "" : $"union all by name select {columns} from read_parquet({LakeEngine.Files(before)})";
        WriteFile(engine, run, TableColumns.OrderState, $"""
            with order_versions as (select {columns} from kept {old})
            {SpecificationFile.Text("duckdb.order_state.sql")}
            order by order_id
            """);
        _replaced.UnionWith(before.Select(path => $"{TableColumns.OrderState}/{Path.GetFileName(path)}"));
        foreach (var table in new[] { TableColumns.OrderEvents, TableColumns.EventRejects, TableColumns.EventObjects })
        {
            _replaced.UnionWith(Compaction.MergeFile(engine, Lake.Tables, table, run.Scratch("files"), Options.CompactFiles));
        }
    }

    /// <inheritdoc/>
    protected override int Place(LakeRun run, string tables)
    {
        PlaceFile(run, tables, TableColumns.OrderEvents);
        PlaceFile(run, tables, TableColumns.OrderState);
        return 0;
    }

    private List<string> Files(string table)
    {
        var directory = Path.Join(Lake.Tables, table);
        return Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.parquet")] : [];
    }
}
