using Shipper.ObjectStorage;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Hosting;

/// <summary>A lake in this process: for the commands, and for other programs that show it.</summary>
internal sealed class Lake
{
    private readonly LakeDirectory _directory;
    private readonly TransformOptions _options;
    private readonly TimeProvider _time;
    private readonly LakeReader _reader;

    /// <summary>Opens a lake, which need not exist yet.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="options">How it works.</param>
    /// <param name="time">The clock.</param>
    public Lake(string directory, TransformOptions options, TimeProvider time)
    {
        (_directory, _options, _time) = (new LakeDirectory(directory), options, time);
        _reader = new LakeReader(_directory, options.MemoryLimit, options.Threads);
    }

    /// <summary>Its full path.</summary>
    public string Path => _directory.Root;

    /// <summary>Takes the order lines that are new.</summary>
    /// <exception cref="ObjectStoreException">The raw objects cannot be listed.</exception>
    /// <exception cref="LakeException">The lake cannot be used, or another run works on it; nothing is committed.</exception>
    public Task<RunReport> TransformHistoryAsync(IObjectStore raw, CancellationToken stopping) =>
        new HistoryTransform(raw, _directory, _options, _time).RunAsync(stopping);

    /// <summary>Takes the order change events that are new.</summary>
    /// <param name="raw">The raw objects.</param>
    /// <param name="initial">Refuse a lake that has events.</param>
    /// <param name="stopping">Ends the run; nothing is committed.</param>
    /// <inheritdoc cref="TransformHistoryAsync"/>
    public Task<RunReport> TransformEventsAsync(IObjectStore raw, bool initial, CancellationToken stopping) =>
        new EventTransform(raw, _directory, _options, _time, initial).RunAsync(stopping);

    /// <summary>Takes the changes of a table of orders that are new.</summary>
    /// <param name="raw">The raw objects.</param>
    /// <param name="table">The table whose changes are wanted; null for all.</param>
    /// <param name="stopping">Ends the run; nothing is committed.</param>
    /// <inheritdoc cref="TransformHistoryAsync"/>
    public Task<RunReport> TransformChangesAsync(IObjectStore raw, string? table, CancellationToken stopping) =>
        new ChangeTransform(raw, _directory, _options, _time, table).RunAsync(stopping);

    /// <summary>Answers that are kept, for a page.</summary>
    public AnswerCache Answers() => new(_directory, _reader);

    /// <summary>Asks a query by name, or a file's.</summary>
    /// <param name="name">One of <see cref="NamedQueries.All"/>, or the path of a file.</param>
    /// <param name="country">The country, for queries that need one.</param>
    /// <exception cref="LakeException">There is no lake or no such query, or the engine refuses it.</exception>
    public QueryResult Query(string name, string? country = null) => _reader.Query(NamedQueries.Text(name, country));

    /// <summary>Rows, rejects by reason, and partitions, of the same run.</summary>
    /// <exception cref="LakeException">There is no lake.</exception>
    public LakeCounts Counts() => _reader.Read(engine => new LakeCounts(
        engine.Read("select count(*) from orders", row => row.GetInt64(0)).Single(),
        engine.Read("select coalesce(sum(records), 0)::bigint from objects", row => row.GetInt64(0)).Single(),
        engine.Read("select reason, count(*) from rejects group by reason order by reason", row => (row.GetString(0), row.GetInt64(1)))
            .ToDictionary(reason => reason.Item1, reason => reason.Item2, StringComparer.Ordinal),
        _directory.CountPartitions(TableColumns.Orders)));

    /// <summary>The same of the order change events: rows of <c>order_events</c>, and orders in <c>order_state</c>.</summary>
    /// <exception cref="LakeException">There is no lake.</exception>
    public LakeCounts EventCounts() =>
        Counts(TableColumns.OrderEvents, TableColumns.EventRejects, TableColumns.EventObjects, "select count(*) from order_state");

    /// <summary>The same of the changes of a table: rows of <c>order_changes</c>, and the orders in them.</summary>
    /// <exception cref="LakeException">There is no lake.</exception>
    public LakeCounts ChangeCounts() => Counts(
        TableColumns.OrderChanges,
        TableColumns.ChangeRejects,
        TableColumns.ChangeObjects,
        "select count(distinct orderid) from order_changes");

    /// <summary>What is in the lake.</summary>
    /// <exception cref="LakeException">There is no lake.</exception>
    public QueryResult Tables() => new LakeChecks(_directory, _reader, _time).Tables();

    /// <summary>Whether it is sound.</summary>
    /// <exception cref="LakeException">There is no lake.</exception>
    public (QueryResult Result, bool Passed) Check() => new LakeChecks(_directory, _reader, _time).Check();

    private LakeCounts Counts(string rows, string rejects, string objects, string orders) => _reader.Read(engine => new LakeCounts(
        engine.Read($"select count(*) from {rows}", row => row.GetInt64(0)).Single(),
        engine.Read($"select coalesce(sum(records), 0)::bigint from {objects}", row => row.GetInt64(0)).Single(),
        engine.Read(
            $"select reason, count(*) from {rejects} group by reason order by reason", row => (row.GetString(0), row.GetInt64(1)))
            .ToDictionary(reason => reason.Item1, reason => reason.Item2, StringComparer.Ordinal),
        Partitions: 0,
        engine.Read(orders, row => row.GetInt64(0)).Single()));
}

/// <summary>The figures of a lake.</summary>
/// <param name="Rows">Rows of <c>orders</c>, <c>order_events</c> or <c>order_changes</c>.</param>
/// <param name="Records">Records of all objects that were taken.</param>
/// <param name="Rejected">Rejects by reason.</param>
/// <param name="Partitions">Partitions of <c>orders</c>; of the others there are none.</param>
/// <param name="Orders">Orders that have events or changes; null for <c>orders</c>.</param>
internal sealed record LakeCounts(
    long Rows, long Records, IReadOnlyDictionary<string, long> Rejected, long Partitions, long? Orders = null)
{
    /// <summary>All rejects.</summary>
    public long RejectedInAll => Rejected.Values.Sum();
}
