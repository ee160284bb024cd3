using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Queries;

/// <summary>
/// Keeps the answers of the page. Files of a lake never change, so what is known of a file stays true as long as it is there: a new run
/// costs what is new in it, however large the lake is, and asking costs nothing. Not thread-safe.
/// </summary>
internal sealed class AnswerCache(LakeDirectory lake, LakeReader reader)
{
    private const int MostTop = 10;

    private readonly Dictionary<string, OrderFile> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(string Name, long Count)>> _rejects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(string Name, long Count)>> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectFile> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectFile> _eventObjects = new(StringComparer.Ordinal);
    private Answers _last = Answers.None;

    /// <summary>The answers of the newest run.</summary>
    /// <exception cref="LakeException">The lake cannot be read.</exception>
    public Answers Read()
    {
        var state = lake.ReadState();
        if (state is null || (state.Run == _last.Run && state.Committed == _last.Committed))
        {
            return _last = state is null ? Answers.None : _last;
        }

        reader.Read(engine =>
        {
            Follow("orders", _orders, files => ReadOrders(engine, files));
            Follow("rejects", _rejects, files => Counts(engine, "rejects", "reason", files));
            Follow("order_events", _events, files => Counts(engine, "order_events", "operation", files));
            Follow("objects", _objects, files => ReadObjects(engine, "objects", files));
            Follow("event_objects", _eventObjects, files => ReadObjects(engine, "event_objects", files));
            return 0;
        });
        return _last = Compose(lake.ReadState() ?? state);
    }

    // Forgets files that are gone and reads those that are new.
    private void Follow<T>(string table, Dictionary<string, T> known, Func<IReadOnlyList<string>, IEnumerable<(string File, T Value)>> read)
    {
        var files = reader.Files(table).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in known.Keys.Where(file => !files.Contains(file)).ToList())
        {
            known.Remove(gone);
        }

        if (files.Where(file => !known.ContainsKey(file)).ToList() is { Count: > 0 } added)
        {
            foreach (var (file, value) in read(added))
            {
                known.Add(file, value);
            }
        }
    }

    private IEnumerable<(string File, OrderFile Value)> ReadOrders(LakeEngine engine, IReadOnlyList<string> files)
    {
        var source = reader.Source(TableColumns.Orders, files);
        var groups = engine.Read(
            $"""
            select filename, coalesce(country, ''), region, invoicedateonly, invoicehour, count(*), sum(totalamount), sum(totalamountusd),
                count(*) filter (where nullif(trim(description), '') is null)
            from {source} group by 1, 2, 3, 4, 5
            """,
            row => (File: row.GetString(0), Group: new OrderGroup(
                row.GetString(1),
                row.GetString(2),
                row.GetFieldValue<DateOnly>(3),
                row.GetInt32(4),
                new Figure(row.GetInt64(5), row.GetDecimal(6), row.GetDecimal(7)),
                row.GetInt64(8)))).ToLookup(row => row.File, row => row.Group, StringComparer.Ordinal);
        var top = engine.Read(
            $"""
            select filename, orderid, invoiceno, stockcode, coalesce(description, ''), quantity, unitprice, totalamount,
                coalesce(country, ''), invoicedateonly
            from {source} qualify row_number() over (partition by filename order by totalamount desc, orderid) <= {MostTop}
            """,
            row => (File: row.GetString(0), Order: new TopOrder(
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetInt32(5),
                row.GetDecimal(6),
                row.GetDecimal(7),
                row.GetString(8),
                row.GetFieldValue<DateOnly>(9)))).ToLookup(row => row.File, row => row.Order, StringComparer.Ordinal);
        return files.Select(file => (file, new OrderFile([.. groups[file]], [.. top[file]])));
    }

    private IEnumerable<(string File, List<(string Name, long Count)> Value)> Counts(
        LakeEngine engine, string table, string column, IReadOnlyList<string> files)
    {
        var counts = engine.Read(
            $"select filename, {column}, count(*) from {reader.Source(table, files)} group by 1, 2",
            row => (File: row.GetString(0), Name: row.GetString(1), Count: row.GetInt64(2)))
            .ToLookup(row => row.File, StringComparer.Ordinal);
        return files.Select(file => (file, counts[file].Select(row => (row.Name, row.Count)).ToList()));
    }

    private IEnumerable<(string File, ObjectFile Value)> ReadObjects(LakeEngine engine, string table, IReadOnlyList<string> files)
    {
        var sums = engine.Read(
            $"""
            select filename, count(*), sum(size)::bigint, sum(records)::bigint, sum(rejected)::bigint, count(problem)
            from {reader.Source(table, files)} group by 1
            """,
            row => (File: row.GetString(0), Value: new ObjectFile(
                row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))))
            .ToDictionary(row => row.File, row => row.Value, StringComparer.Ordinal);
        return files.Select(file => (file, sums.GetValueOrDefault(file)));
    }

    private Answers Compose(LakeState state)
    {
        var groups = _orders.Values.SelectMany(file => file.Groups).ToList();
        var byDate = groups.GroupBy(group => group.Country, StringComparer.Ordinal)
            .ToDictionary(country => country.Key, ByDate, StringComparer.Ordinal);
        var allDates = ByDate(groups);
        return new Answers
        {
            Run = state.Run,
            Committed = state.Committed,
            Objects = Sum(file => file.Objects),
            ObjectBytes = Sum(file => file.Bytes),
            Damaged = Sum(file => file.Damaged),
            Records = _objects.Values.Sum(file => file.Records),
            EventRecords = (_eventObjects.Values.Sum(file => file.Records), _eventObjects.Values.Sum(file => file.Rejected)),
            Total = Add(groups),
            Rejects = MostFirst(_rejects),
            Events = MostFirst(_events),
            Regions = By(groups, group => group.Region),
            Countries = By(groups, group => group.Country),
            Hours = [.. Enumerable.Range(0, 24).GroupJoin(groups, hour => hour, group => group.Hour, (_, of) => Add(of))],
            Dates = country => country is null ? allDates : byDate.GetValueOrDefault(country) ?? [],
            Top = [.. _orders.Values.SelectMany(file => file.Top).OrderByDescending(order => order.Amount)
                .ThenBy(order => order.OrderId, StringComparer.Ordinal).ThenBy(order => order.Date).Take(MostTop)],
            WithoutDescription = groups.Sum(group => group.WithoutDescription),
            NewestDate = groups.Count == 0 ? null : groups.Max(group => group.Date),
        };
    }

    private long Sum(Func<ObjectFile, long> of) => _objects.Values.Concat(_eventObjects.Values).Sum(of);

    private static Figure Add(IEnumerable<OrderGroup> groups) => groups.Aggregate(default(Figure), (sum, group) => sum + group.Figure);

    private static List<(DateOnly Date, Figure Figure)> ByDate(IEnumerable<OrderGroup> groups) =>
        [.. groups.GroupBy(group => group.Date).Select(date => (date.Key, Add(date))).OrderBy(date => date.Key)];

    private static List<(string Name, Figure Figure)> By(IEnumerable<OrderGroup> groups, Func<OrderGroup, string> key) =>
    [
        .. groups.GroupBy(key, StringComparer.Ordinal).Select(name => (Name: name.Key, Figure: Add(name)))
            .OrderByDescending(name => name.Figure.Revenue).ThenBy(name => name.Name, StringComparer.Ordinal),
    ];

    private static List<(string Name, long Count)> MostFirst(Dictionary<string, List<(string Name, long Count)>> counts) =>
    [
        .. counts.Values.SelectMany(file => file).GroupBy(row => row.Name, StringComparer.Ordinal)
            .Select(name => (Name: name.Key, Count: name.Sum(row => row.Count)))
            .OrderByDescending(name => name.Count).ThenBy(name => name.Name, StringComparer.Ordinal),
    ];

    private sealed record OrderFile(IReadOnlyList<OrderGroup> Groups, IReadOnlyList<TopOrder> Top);

    private sealed record OrderGroup(string Country, string Region, DateOnly Date, int Hour, Figure Figure, long WithoutDescription);

    private readonly record struct ObjectFile(long Objects, long Bytes, long Records, long Rejected, long Damaged);
}
