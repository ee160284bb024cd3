using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Specification;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>
/// The texts for Athena and Spark, run by DuckDB with stand-ins for their functions. It shows that they name tables and columns that
/// exist, and that their rules are those of DuckDB's text. It does not show what a function does in Athena or Spark.
/// </summary>
public sealed class EngineTextTests : IDisposable
{
    private const string IsoFormat = "'%Y-%m-%d %H:%M:%S'";
    private const string UsFormat = "'%m/%d/%Y %H:%M'";

    private static readonly string[] Order =
        ["536365", "85123A", "a lantern", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom"];

    private static readonly string[] Event = ["1", "2", "3", "insert", "10.00", "card", "2026-01-01T10:00:00Z"];

    // One field of the record above with another value.
    private static readonly (int Column, string? Value)[] OrderChanges =
    [
        (0, null), (0, ""), (0, "  "), (0, "\t"), (1, null), (1, " "), (2, null), (3, null), (3, ""), (3, "6.5"), (3, "1e3"), (3, " 6"),
        (3, "6\n"), (3, "1_000"), (3, "0"), (3, "-1"), (3, "2147483647"), (3, "2147483648"), (3, "9999999999"), (4, null), (4, "today"),
        (4, "12/1/2010 8:26"), (4, "2/30/2010 8:26"), (4, "13/1/2010 8:26"), (4, "12/1/2010 8:26\n"), (4, "2010-12-01T08:26:00Z"),
        (4, "2010-12-01 08:26:00.123456789"), (4, "2010-02-29 00:00:00"), (4, "2010-12-01 24:00:00"), (4, "2012-02-29 23:59:59"),
        (5, null), (5, "2.5500"), (5, "0.001"), (5, "0.0001"), (5, "9999999.999"), (5, "10000000"), (5, "0"), (5, "-11.5"), (5, "2,55"),
        (6, null), (6, ""), (6, " "), (6, "\t"), (7, null), (7, ""), (7, "A=B"), (7, "100% Land"), (7, "__HIVE_DEFAULT_PARTITION__"),
        (7, "USA"), (7, "Côte d'Ivoire"), (7, new string('x', 82)), (7, new string('x', 83)), (7, new string('é', 42)), (3, "40"),
    ];

    private static readonly (int Column, string? Value)[] EventChanges =
    [
        (0, null), (0, "x"), (0, "1\n"), (0, "1234567890123456789"), (1, null), (1, ""), (2, "-1"), (3, null), (3, " U "), (3, "I"),
        (3, "\tdelete"), (3, "remove"), (3, "truncate"), (4, null), (4, "10,5"), (4, "10.005"), (4, "1,000.00"), (4, "-3"), (4, "10.10000"),
        (5, null), (6, null), (6, "2026-01-01 10:00:00"), (6, "2026-01-01T10:00:00.123456Z"), (6, "2026-13-01T10:00:00Z"), (6, "now"),
    ];

    private readonly LakeEngine _engine = LakeEngine.Start(256 << 20, threads: 1, spillDirectory: null);

    public static TheoryData<string> Others => [Dialect.Athena.Name, Dialect.Spark.Name];

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Others))]
    public void The_rules_are_those_of_the_embedded_engine(string engine)
    {
        CreateTables();
        Fill("raw_orders", Order, OrderChanges);
        Fill("raw_events", Event, EventChanges);

        foreach (var (text, table) in new[]
        {
            ("orders", TableColumns.Orders), ("rejects", TableColumns.RawOrders), ("events", TableColumns.OrderState),
            ("event_rejects", "content"),
        })
        {
            var columns = table == "content" ? "reason, content" : string.Join(", ", TableColumns.NamesOf(table));
            var wanted = Rows(columns, Text("duckdb", text).Replace("${tag}", "totalamount", StringComparison.Ordinal));
            Assert.True(wanted.Count >= 10, $"{text}: {wanted.Count}");
            Assert.Equal(wanted, Rows(columns, Runnable(engine, text)));
        }
    }

    // In Java "$" also matches before a line feed at the end, and Trino's trim takes away more than spaces. DuckDB does neither, so no
    // result would show it.
    [Theory]
    [MemberData(nameof(Others))]
    public void No_text_says_end_or_blank_in_a_way_that_the_engines_read_differently(string engine)
    {
        var texts = EngineTexts.Of(Dialect.All.Single(dialect => dialect.Name == engine)).Where(text => text != "tables")
            .Select(text => Text(engine, text)).ToList();
        Assert.DoesNotContain(texts, text => text.Contains("$'", StringComparison.Ordinal));
        Assert.Equal(engine == Dialect.Spark.Name, texts.Exists(text => text.Contains("trim(", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void The_columns_of_each_result_are_those_of_its_table_in_their_order(string engine)
    {
        CreateTables();
        Assert.Equal(TableColumns.NamesOf(TableColumns.OrderState), Names(Runnable(engine, "order_state")));
        Assert.Equal(TableColumns.NamesOf(TableColumns.Orders), Names(Runnable(engine, "orders")).Take(14));
        if (engine == Dialect.Spark.Name)
        {
            Assert.Equal(["source", "content_hash", "run"], Names(Runnable(engine, "orders")).Skip(14));
            Assert.Equal(TableColumns.NamesOf(TableColumns.Rejects), Names(Runnable(engine, "rejects")));
            Assert.Equal(TableColumns.NamesOf(TableColumns.OrderState), Names(Runnable(engine, "order_versions")));
            Assert.Equal(TableColumns.NamesOf(TableColumns.OrderEvents), Names(Runnable(engine, "events")));
            Assert.Equal(TableColumns.NamesOf(TableColumns.EventRejects), Names(Runnable(engine, "event_rejects")));
        }
    }

    [Fact]
    public void The_newest_event_of_each_order_is_the_same_in_every_engine()
    {
        CreateTables();
        Fill("raw_events", Event, EventChanges);
        var columns = string.Join(", ", TableColumns.NamesOf(TableColumns.OrderState));
        _engine.Run($"insert into order_versions select {columns} from ({Text("duckdb", "events")})");
        var texts = Dialect.All.Select(dialect => Text(dialect.Name, "order_state")).Distinct().ToList();

        Assert.Single(texts);
        Assert.Equal(["1"], Rows("count(*)", texts[0]));
    }

    [Fact]
    public void Every_named_query_names_tables_and_columns_that_exist()
    {
        CreateTables();
        Assert.All(NamedQueries.All, query => _engine.Read(NamedQueries.Text(query.Name, "Cote d'Ivoire"), _ => 0));
        Assert.ThrowsAny<Exception>(() => _engine.Read("select no_such_column from orders", _ => 0));
    }

    [Fact]
    public void A_changed_partition_is_made_whole_of_the_committed_runs_and_repeats_are_dropped()
    {
        CreateTables();
        Kept("A", "2010-12-01", "one", "s1", run: 1);
        Kept("A", "2010-12-01", "two", null, run: 1);
        Kept("A", "2010-12-01", "two", null, run: 1); // nothing says that it is the same line
        Kept(null, "2010-12-01", "three", "s3", run: 1);
        Kept("B", "2010-12-01", "untouched", "s4", run: 1);
        Kept("A", "2010-12-01", "one", "s1", run: 2); // sent twice
        Kept("A", "2010-12-01", "other", "s1", run: 2); // a conflict: both are kept
        Kept(null, "2010-12-01", "four", null, run: 2);
        Kept("C", "2010-12-01", "not committed", null, run: 3);

        string Changed(int done, int last) => string.Join(' ', Rows("stockcode", Runnable("spark", "changed_orders", done, last)));
        Assert.Equal("four one other three two two", Changed(1, 2));
        Assert.Equal("four one other three two two untouched", Changed(0, 2));
        Assert.Equal("", Changed(2, 2));
        Assert.Equal(["A", "null"], Rows("coalesce(country, 'null')", Runnable("spark", "changed_partitions", 1, 2)));
    }

    [Fact]
    public void The_view_of_Athena_has_every_order_once_whatever_is_registered()
    {
        CreateTables();
        _engine.Run("create view orders_projected as select * from orders where country in ('A', 'B''s') "
            + "and invoicedateonly between date '2010-12-01' and current_date");
        _engine.Run("create view orders_registered as select * from orders");
        foreach (var (country, date) in new[]
        {
            ("A", "2010-12-01"), ("A", "2010-11-30"), ("A", "2999-01-01"), ("B's", "2011-01-01"), ("C", "2011-01-01"), (null, "2011-01-01"),
        })
        {
            _engine.Run($"insert into orders (country, invoicedateonly) values ({Value(country)}, '{date}')");
        }

        var view = Text("athena", "orders_view").Replace("${countries}", "'A', 'B''s'", StringComparison.Ordinal)
            .Replace("${first_date}", "2010-12-01", StringComparison.Ordinal);
        Assert.Equal(Rows("*", "select * from orders"), Rows("*", view));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void The_audit_names_what_arrived_what_is_missing_and_what_came_twice(string engine)
    {
        CreateTables();
        foreach (var (offset, length) in new[] { (0, 10), (10, 10), (10, 10), (30, 5) })
        {
            _engine.Run($"insert into raw_orders (src) values ({{h: 'web-1', s: 'd', f: 12, e: 0, o: {offset}, l: {length}}})");
        }

        _engine.Run("insert into raw_orders (src) values (null)");
        Assert.Equal(
            ["arrived|0|20", "arrived|30|35", "missing|20|30", "twice|10|20"],
            Rows("what || '|' || first_byte || '|' || end_byte", Runnable(engine, "audit")));
    }

    private static string Text(string engine, string text) =>
        File.ReadAllText(Path.Join(RepositoryRoot.Directory, "src/OrderLake/Specification", engine, $"{text}.sql"));

    // What DuckDB spells in another way, or has no name for.
    private static string Runnable(string engine, string text, int done = 0, int last = 1)
    {
        (string From, string To)[] spellings =
        [
            (@"\\A", @"\A"), (@"\\z", @"\z"), ("length(to_utf8(country_or_null))", "strlen(country_or_null)"),
            ("octet_length(", "strlen("), ("regexp_replace(", "replace_all("), ("to_hex(sha256(", "trino_hash(("), ("sha2(", "spark_hash("),
            ("date_parse(", "try_strptime("), ("try_to_timestamp(", "try_strptime("), ("'%Y-%m-%d %H:%i:%s'", IsoFormat),
            ("'yyyy-MM-dd HH:mm:ss'", IsoFormat), ("'%c/%e/%Y %k:%i'", UsFormat), ("'M/d/yyyy H:mm'", UsFormat),
            ("current_timestamp()", "now()"), ("${run}", "1"), ("${done}", $"{done}"), ("${last}", $"{last}"),
            ("left semi join", "semi join"), ("<=>", "is not distinct from"),
        ];
        return spellings.Aggregate(
            Text(engine, text), (sql, spelling) => sql.Replace(spelling.From, spelling.To, StringComparison.Ordinal));
    }

    private static string Value(string? text) => text is null ? "null" : LakeEngine.Text(text);

    private void CreateTables()
    {
        _engine.Run(Text("duckdb", "tables"));
        foreach (var table in new[] { "raw_orders", "raw_events" })
        {
            _engine.Run($"alter table {table} add column src struct(h varchar, s varchar, f bigint, e bigint, o bigint, l bigint)");
            _engine.Run($"alter table {table} add column is_broken boolean");
            foreach (var column in new[] { "content", "content_hash", "object", "source" })
            {
                _engine.Run($"alter table {table} add column {column} varchar");
            }

            _engine.Run($"alter table {table} add column line bigint");
            _engine.Run($"alter table {table} add column record integer");
        }

        _engine.Run("create table order_versions as select order_id, user_id, product_id, operation, amount, payment_method, "
            + "event_timestamp from order_events");
        _engine.Run("create table typed_orders as select *, '' as source, '' as content_hash, 0 as run from orders");
        _engine.Run("create macro replace_all(a, b, c) as regexp_replace(a, b, c, 'g')");
        _engine.Run("create macro regexp_like(a, b) as regexp_matches(a, b)");
        _engine.Run("create macro trino_hash(a) as upper(sha256(a))");
        _engine.Run("create macro to_utf8(a) as a");
        _engine.Run("create macro spark_hash(a, b) as sha256(a)");
    }

    private void Fill(string table, string[] record, (int Column, string? Value)[] changes)
    {
        var columns = string.Join(", ", TableColumns.NamesOf(table));
        foreach (var (column, value) in changes)
        {
            var values = record.Select((field, index) => Value(index == column ? value : field));
            _engine.Run($"insert into {table} ({columns}, is_broken) values ({string.Join(", ", values)}, false)");
        }
    }

    private void Kept(string? country, string date, string stockCode, string? source, int run) => _engine.Run(
        "insert into typed_orders (country, invoicedateonly, stockcode, source, content_hash, run) values "
        + $"({Value(country)}, '{date}', '{stockCode}', {Value(source)}, sha256('{stockCode}'), {run})");

    private List<string> Rows(string columns, string sql) =>
        _engine.Read($"select concat_ws('|', columns(*)::varchar) from (select {columns} from ({sql}))", row => row.GetString(0))
            .Order(StringComparer.Ordinal).ToList();

    private List<string> Names(string sql) => _engine.Read($"describe {sql}", row => row.GetString(0));
}
