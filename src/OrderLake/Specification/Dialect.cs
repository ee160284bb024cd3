namespace Shipper.OrderLake.Specification;

/// <summary>What the engines say differently. docs/lake.md has the table of differences.</summary>
internal abstract class Dialect
{
    /// <summary>The embedded engine.</summary>
    public static readonly Dialect DuckDb = new DuckDbDialect();

    /// <summary>Amazon Athena: Trino's SQL, and Hive's for tables.</summary>
    public static readonly Dialect Athena = new AthenaDialect();

    /// <summary>AWS Glue: Spark's SQL.</summary>
    public static readonly Dialect Spark = new SparkDialect();

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Dialect> All = [DuckDb, Athena, Spark];

    /// <summary>The orders of countries and dates that Athena's partition projection finds.</summary>
    public const string ProjectedOrders = "orders_projected";

    /// <summary>The same files, of the partitions that are registered with their location.</summary>
    public const string RegisteredOrders = "orders_registered";

    /// <summary>The directory of its texts.</summary>
    public abstract string Name { get; }

    /// <summary>SHA-256 of two texts with a dash between them, as 64 lower-case hexadecimal digits.</summary>
    public abstract string OrderId(string first, string second);

    /// <summary>
    /// Whether the whole of a text matches. The pattern has no backslash and no quote. In the engines that run on Java <c>$</c> also
    /// matches before a line feed at the end, so the end of the text is said otherwise.
    /// </summary>
    public abstract string Matches(string text, string pattern);

    /// <summary>A text without the spaces around it. Other white space stays.</summary>
    public virtual string Trim(string text) => $"trim({text})";

    /// <summary>A timestamp of <c>yyyy-MM-dd HH:mm:ss</c>; null if there is no such day or time.</summary>
    public abstract string IsoTimestamp(string text);

    /// <summary>A timestamp of <c>M/d/yyyy H:mm</c>; null if there is no such day or time.</summary>
    public abstract string UsTimestamp(string text);

    /// <summary>The hour of a timestamp, 0 to 23, as a 32-bit integer.</summary>
    public virtual string Hour(string timestamp) => $"cast(hour({timestamp}) as integer)";

    /// <summary>The length of a text as UTF-8, in bytes.</summary>
    public abstract string ByteLength(string text);

    /// <summary>The tables that it has a statement for.</summary>
    public virtual IEnumerable<string> Tables => TableColumns.All;

    /// <summary>The statement that creates a table; <c>${location}</c> stands for its directory.</summary>
    public abstract string CreateTable(string table);

    /// <summary>A column and its type in a statement that creates a table.</summary>
    protected abstract string TypeName(string type);

    /// <summary>The columns of a table with their types, one in each line.</summary>
    protected string Columns(string table, bool partitions) => string.Join(
        ",\n",
        TableColumns.Of(table).Where(column => column.IsPartition == partitions)
            .Select(column => $"    {column.Name.ToLowerInvariant()} {TypeName(column.Type)}"));

    /// <summary>The columns of a table with their types, those of partitions last.</summary>
    protected string AllColumns(string table) => string.Join(
        ",\n", new[] { Columns(table, partitions: false), Columns(table, partitions: true) }.Where(part => part.Length > 0));

    private sealed class DuckDbDialect : Dialect
    {
        public override string Name => "duckdb";

        public override string OrderId(string first, string second) => $"sha256({first} || '-' || {second})";

        public override string Matches(string text, string pattern) => $"regexp_full_match({text}, '{pattern}')";

        public override string IsoTimestamp(string text) => $"try_strptime({text}, '%Y-%m-%d %H:%M:%S')";

        public override string UsTimestamp(string text) => $"try_strptime({text}, '%m/%d/%Y %H:%M')";

        public override string ByteLength(string text) => $"strlen({text})";

        public override string CreateTable(string table) => $"create table {table} (\n{AllColumns(table)}\n);\n";

        protected override string TypeName(string type) => type == "text" ? "varchar" : type;

    }

    private abstract class HiveDialect : Dialect
    {
        public override IEnumerable<string> Tables => base.Tables.Except(TableColumns.EmbeddedOnly, StringComparer.Ordinal);

        protected override string TypeName(string type) => type switch { "text" => "string", "integer" => "int", _ => type };
    }

    private sealed class AthenaDialect : HiveDialect
    {
        private const string Location = "${location}";
        private const string FirstYear = "${first_year}";

        private const string OrdersProjection = """
            ,
                'projection.enabled' = 'true',
                'projection.country.type' = 'enum',
                'projection.country.values' = '${countries}',
                'projection.invoicedateonly.type' = 'date',
                'projection.invoicedateonly.format' = 'yyyy-MM-dd',
                'projection.invoicedateonly.interval' = '1',
                'projection.invoicedateonly.interval.unit' = 'DAYS',
                'projection.invoicedateonly.range' = '${first_date},NOW'
            """;

        public override string Name => "athena";

        public override string OrderId(string first, string second) => $"lower(to_hex(sha256(to_utf8({first} || '-' || {second}))))";

        public override string Matches(string text, string pattern) => $"regexp_like({text}, '\\A(?:{pattern})\\z')";

        public override string IsoTimestamp(string text) => $"try(date_parse({text}, '%Y-%m-%d %H:%i:%s'))";

        public override string UsTimestamp(string text) => $"try(date_parse({text}, '%c/%e/%Y %k:%i'))";

        public override string ByteLength(string text) => $"length(to_utf8({text}))";

        // Its trim takes away tabs and line feeds, too.
        public override string Trim(string text) => $"regexp_replace({text}, '\\A +| +\\z', '')";

        public override string CreateTable(string table) => table switch
        {
            TableColumns.RawOrders or TableColumns.RawEvents => CreateLandingTable(table),
            TableColumns.Orders =>
                $"{CreateParquetTable(table, ProjectedOrders, OrdersProjection)}\n{CreateParquetTable(table, RegisteredOrders)}",
            _ => CreateParquetTable(table, table),
        };

        // The lines of the delivery stream, where it leaves them.
        private string CreateLandingTable(string table) =>
            $"""
            create external table {table} (
            {Columns(table, partitions: false)},
                src {LandingSql.Provenance}
            )
            partitioned by (
                year string,
                month string,
                day string,
                hour string
            )
            row format serde 'org.openx.data.jsonserde.JsonSerDe'
            with serdeproperties (
                'mapping.src' = '$src',
                'ignore.malformed.json' = 'true'
            )
            location '{Location}'
            tblproperties (
                'projection.enabled' = 'true',
                'projection.year.type' = 'date',
                'projection.year.format' = 'yyyy',
                'projection.year.interval' = '1',
                'projection.year.interval.unit' = 'YEARS',
                'projection.year.range' = '{FirstYear},NOW',
                'projection.month.type' = 'integer',
                'projection.month.digits' = '2',
                'projection.month.range' = '1,12',
                'projection.day.type' = 'integer',
                'projection.day.digits' = '2',
                'projection.day.range' = '1,31',
                'projection.hour.type' = 'integer',
                'projection.hour.digits' = '2',
                'projection.hour.range' = '0,23'
            );

            """;

        private string CreateParquetTable(string table, string name, string projection = "") =>
            $"create external table {name} (\n{Columns(table, partitions: false)}\n)\n{PartitionedBy(table)}"
            + $"stored as parquet\nlocation '{Location}'\ntblproperties (\n    'parquet.compression' = 'ZSTD'{projection}\n);\n";

        private string PartitionedBy(string table) =>
            Columns(table, partitions: true) is { Length: > 0 } partitions ? $"partitioned by (\n{partitions}\n)\n" : "";
    }

    private sealed class SparkDialect : HiveDialect
    {
        public override string Name => "spark";

        public override string OrderId(string first, string second) => $"sha2(concat({first}, '-', {second}), 256)";

        public override string Matches(string text, string pattern) => $"regexp_like({text}, '\\\\A(?:{pattern})\\\\z')";

        public override string IsoTimestamp(string text) => $"try_to_timestamp({text}, 'yyyy-MM-dd HH:mm:ss')";

        public override string UsTimestamp(string text) => $"try_to_timestamp({text}, 'M/d/yyyy H:mm')";

        public override string ByteLength(string text) => $"octet_length({text})";

        // What lands is a view there: it also says which line is broken, and from which object it is.
        public override IEnumerable<string> Tables =>
            base.Tables.Except([TableColumns.RawOrders, TableColumns.RawEvents], StringComparer.Ordinal);

        public override string CreateTable(string table) =>
            $"create table {table} (\n{AllColumns(table)}\n)\nusing parquet\n{PartitionedBy(table)}"
            + "options ('compression' = 'zstd')\nlocation '${location}';\n";

        private static string PartitionedBy(string table) =>
            TableColumns.Of(table).Where(column => column.IsPartition).Select(column => column.Name).ToList() is { Count: > 0 } names
                ? $"partitioned by ({string.Join(", ", names)})\n"
                : "";
    }
}
