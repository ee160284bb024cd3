using System.Globalization;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Queries;

/// <summary>What <c>tables</c> and <c>check</c> tell about a lake.</summary>
internal sealed class LakeChecks(LakeDirectory lake, LakeReader reader, TimeProvider time)
{
    private static readonly QueryColumn[] TableList =
        [new("table", "VARCHAR"), new("rows", "BIGINT"), new("files", "BIGINT"), new("bytes", "BIGINT"), new("partitions", "BIGINT")];

    private static readonly QueryColumn[] CheckList = [new("check", "VARCHAR"), new("value", "VARCHAR"), new("ok", "BOOLEAN")];

    /// <summary>Rows, files, bytes and partitions of each table that has any.</summary>
    public QueryResult Tables() => reader.Read(engine => new QueryResult(TableList, [.. TableColumns.Readable.Select(table =>
    {
        var directory = new DirectoryInfo(Path.Join(lake.Tables, table));
        var files = directory.Exists ? directory.GetFiles("*.parquet", SearchOption.AllDirectories) : [];
        var partitions = files.Select(file => file.DirectoryName).Distinct().Count(path => path != directory.FullName);
        return (IReadOnlyList<object?>)
            [table, Number(engine, $"select count(*) from {table}"), (long)files.Length, files.Sum(file => file.Length), (long)partitions];
    }).Where(row => (long)row[2]! > 0)]));

    /// <summary>Missing, negative, repeated, fresh: and whether every record of every object is in a table.</summary>
    public (QueryResult Result, bool Passed) Check() => reader.Read(engine =>
    {
        var rows = new List<IReadOnlyList<object?>>();
        void Add(string check, string value, bool ok) => rows.Add([check, value, ok]);
        void None(string check, string sql)
        {
            var count = Number(engine, sql);
            Add(check, Text(count), count == 0);
        }

        var kept = Number(engine, "select count(*) from orders");
        var rejected = Number(engine, "select count(*) from rejects");
        var records = Number(engine, "select coalesce(sum(records), 0)::bigint from objects");
        Add("records of all objects = orders + rejects", $"{Text(records)} = {Text(kept)} + {Text(rejected)}", records == kept + rejected);
        var events = Number(engine, "select count(*) from order_events");
        var eventRejects = Number(engine, "select count(*) from event_rejects");
        var eventRecords = Number(engine, "select coalesce(sum(records), 0)::bigint from event_objects");
        Add(
            "records of all event objects = events + rejects",
            $"{Text(eventRecords)} = {Text(events)} + {Text(eventRejects)}",
            eventRecords == events + eventRejects);
        var changes = Number(engine, "select count(*) from order_changes");
        var changeRejects = Number(engine, "select count(*) from change_rejects");
        var changeRecords = Number(engine, "select coalesce(sum(records), 0)::bigint from change_objects");
        Add(
            "records of all change objects = changes + rejects",
            $"{Text(changeRecords)} = {Text(changes)} + {Text(changeRejects)}",
            changeRecords == changes + changeRejects);
        None("orders with quantity or price that is not positive", "select count(*) from orders where quantity <= 0 or unitprice <= 0");
        None(
            "orders without id, customer or date",
            "select count(*) from orders where orderid is null or customerid is null or invoicedateonly is null");
        None(
            "orders whose amount is not quantity x price",
            "select count(*) from orders where totalamount <> quantity * unitprice::decimal(20,3)");
        None(
            "orders with more than one state",
            "select count(*) from (select order_id from order_state group by order_id having count(*) > 1)");
        None("damaged objects", "select count(*) from objects where problem is not null");
        Add("orders without description", Text(Number(
            engine, "select count(*) from orders where nullif(trim(description), '') is null")), true);
        Add("orders without country", Text(Number(engine, "select count(*) from orders where country is null")), true);
        Add("orderids with more than one row", Text(Number(
            engine, "select count(*) from (select orderid from orders group by orderid having count(*) > 1)")), true);
        Add("rows that are whole duplicates of another", Text(Number(
            engine, "select count(*) - (select count(*) from (select distinct * from orders)) from orders")), true);
        var newest = engine.Read("select coalesce(cast(max(invoicedateonly) as varchar), 'none') from orders", row => row.GetString(0));
        Add("newest order", newest[0], true);
        var committed = lake.ReadState()?.Committed;
        var age = committed is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"{(time.GetUtcNow() - at).TotalSeconds:F0} s ago")
            : "never";
        Add("last run", age, true);
        return (new QueryResult(CheckList, rows), rows.All(row => row[2] is true));
    });

    private static long Number(LakeEngine engine, string sql) => engine.Read(sql, row => row.GetInt64(0)).Single();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
