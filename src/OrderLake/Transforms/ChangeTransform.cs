using Shipper.ObjectStorage;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// <c>transform changes</c>: the changes of a DynamoDB table of orders become the table <c>order_changes</c>, typed and with their source.
/// </summary>
internal sealed class ChangeTransform(IObjectStore store, LakeDirectory lake, TransformOptions options, TimeProvider time, string? table)
    : LakeTransform(store, lake, options, time)
{
    private const string Origin = "object integer, line bigint, record integer, source varchar, content_hash varchar";

    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override string ObjectsTable => TableColumns.ChangeObjects;

    /// <inheritdoc/>
    protected override string RejectsTable => TableColumns.ChangeRejects;

    /// <inheritdoc/>
    protected override IEnumerable<string> Replaced => _replaced;

    /// <inheritdoc/>
    protected override string RejectedColumns =>
        "concat_ws('|', orderid, product_name, quantity, price, cdc_event_type, creation_datetime) as content, source, content_hash";

    /// <inheritdoc/>
    protected override IEnumerable<string> CreateTables =>
    [
        "create table kept (orderid varchar, product_name varchar, quantity integer, price decimal(10,3), cdc_event_type varchar, "
        + $"creation_datetime timestamp, {Origin})",
        $"create table rejected (reason varchar, content varchar, {Origin})",
    ];

    /// <inheritdoc/>
    protected override LakeState Decide(LakeState before) => before;

    /// <inheritdoc/>
    protected override IntakeStatements Statements(LakeState state) => new(
        TableColumns.RawChanges,
        [.. TableColumns.NamesOf(TableColumns.RawChanges)],
        [
            $"insert into kept by name {ChangeSql.Changes}",
            $"insert into rejected by name {ChangeSql.Rejects}",
            "insert into rejected by name select * from raw_rejects",
        ])
    {
        Conversion = new ChangeConversion(table),
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectProblem> Settle(LakeEngine engine, LakeRun run) =>
        Repeats.Settle(engine, Path.Join(Lake.Tables, TableColumns.ChangeProvenance), which => Reject(engine, Repeats.Reason, which));

    /// <inheritdoc/>
    protected override void Write(LakeEngine engine, LakeRun run)
    {
        Repeats.Write(engine, query => WriteFile(engine, run, TableColumns.ChangeProvenance, query), run.Number);
        WriteFile(engine, run, TableColumns.OrderChanges, $"""
            select orderid, product_name, quantity, price, cdc_event_type, creation_datetime, name as object, line, record,
                cast({IntakeStatements.Number(run.Number)} as bigint) as run
            from kept join taken on object = number order by number, line, record
            """);
        string[] tables =
            [TableColumns.OrderChanges, TableColumns.ChangeRejects, TableColumns.ChangeObjects, TableColumns.ChangeProvenance];
        foreach (var each in tables)
        {
            _replaced.UnionWith(Compaction.MergeFile(engine, Lake.Tables, each, run.Scratch("files"), Options.CompactFiles));
        }
    }

    /// <inheritdoc/>
    protected override int Place(LakeRun run, string tables)
    {
        PlaceFile(run, tables, TableColumns.OrderChanges);
        PlaceFile(run, tables, TableColumns.ChangeProvenance);
        return 0;
    }
}
