using System.Globalization;

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

    /// <summary>The directory of its texts.</summary>
    public abstract string Name { get; }

    /// <summary>SHA-256 of two texts with a dash between them, as 64 lower-case hexadecimal digits.</summary>
    public abstract string OrderId(string first, string second);

    /// <summary>Whether the whole of a text matches. The pattern has no backslash and no quote.</summary>
    public abstract string Matches(string text, string pattern);

    /// <summary>A timestamp of <c>yyyy-MM-dd HH:mm:ss</c>; null if there is no such day or time.</summary>
    public abstract string IsoTimestamp(string text);

    /// <summary>A timestamp of <c>M/d/yyyy H:mm</c>; null if there is no such day or time.</summary>
    public abstract string UsTimestamp(string text);

    /// <summary>The hour of a timestamp, 0 to 23, as a 32-bit integer.</summary>
    public virtual string Hour(string timestamp) => $"cast(hour({timestamp}) as integer)";

    /// <summary>The length of a text as UTF-8, in bytes.</summary>
    public abstract string ByteLength(string text);

    /// <summary>The statement that creates a table; <c>${location}</c> stands for its directory.</summary>
    public abstract string CreateTable(string table);

    /// <summary>A column and its type in a statement that creates a table.</summary>
    protected abstract string TypeName(string type);

    /// <summary>The columns of a table with their types, one in each line.</summary>
    protected string Columns(string table, bool partitions) => string.Join(
        ",\n",
        TableColumns.Of(table).Where(column => column.IsPartition == partitions)
            .Select(column => $"    {column.Name.ToLowerInvariant()} {TypeName(column.Type)}"));

    private sealed class DuckDbDialect : Dialect
    {
        public override string Name => "duckdb";

        public override string OrderId(string first, string second) => $"sha256({first} || '-' || {second})";

        public override string Matches(string text, string pattern) => $"regexp_full_match({text}, '{pattern}')";

        public override string IsoTimestamp(string text) => $"try_strptime({text}, '%Y-%m-%d %H:%M:%S')";

        public override string UsTimestamp(string text) => $"try_strptime({text}, '%m/%d/%Y %H:%M')";

        public override string ByteLength(string text) => $"strlen({text})";

        public override string CreateTable(string table) => string.Create(
            CultureInfo.InvariantCulture, $"create table {table} (\n{string.Join(",\n", Parts(table))}\n);\n");

        protected override string TypeName(string type) => type == "text" ? "varchar" : type;

        private IEnumerable<string> Parts(string table) =>
            new[] { Columns(table, partitions: false), Columns(table, partitions: true) }.Where(part => part.Length > 0);
    }

    private abstract class HiveDialect : Dialect
    {
        protected override string TypeName(string type) => type switch { "text" => "string", "integer" => "int", _ => type };
    }

    private sealed class AthenaDialect : HiveDialect
    {
        public override string Name => "athena";

        public override string OrderId(string first, string second) => $"lower(to_hex(sha256(to_utf8({first} || '-' || {second}))))";

        public override string Matches(string text, string pattern) => $"regexp_like({text}, '^(?:{pattern})$')";

        public override string IsoTimestamp(string text) => $"try(date_parse({text}, '%Y-%m-%d %H:%i:%s'))";

        public override string UsTimestamp(string text) => $"try(date_parse({text}, '%c/%e/%Y %k:%i'))";

        public override string ByteLength(string text) => $"length(to_utf8({text}))";

        public override string CreateTable(string table) =>
            $"create external table {table} (\n{Columns(table, partitions: false)}\n)\n{PartitionedBy(table)}"
            + "stored as parquet\nlocation '${location}'\ntblproperties ('parquet.compression' = 'ZSTD');\n";

        private string PartitionedBy(string table) =>
            Columns(table, partitions: true) is { Length: > 0 } partitions ? $"partitioned by (\n{partitions}\n)\n" : "";
    }

    private sealed class SparkDialect : HiveDialect
    {
        public override string Name => "spark";

        public override string OrderId(string first, string second) => $"sha2(concat({first}, '-', {second}), 256)";

        public override string Matches(string text, string pattern) => $"{text} rlike '^(?:{pattern})$'";

        public override string IsoTimestamp(string text) => $"try_to_timestamp({text}, 'yyyy-MM-dd HH:mm:ss')";

        public override string UsTimestamp(string text) => $"try_to_timestamp({text}, 'M/d/yyyy H:mm')";

        public override string ByteLength(string text) => $"octet_length({text})";

        public override string CreateTable(string table) =>
            $"create table {table} (\n{string.Join(",\n", Parts(table))}\n)\nusing parquet\n{PartitionedBy(table)}"
            + "options ('compression' = 'zstd')\nlocation '${location}';\n";

        private IEnumerable<string> Parts(string table) =>
            new[] { Columns(table, partitions: false), Columns(table, partitions: true) }.Where(part => part.Length > 0);

        private static string PartitionedBy(string table) =>
            TableColumns.Of(table).Where(column => column.IsPartition).Select(column => column.Name).ToList() is { Count: > 0 } names
                ? $"partitioned by ({string.Join(", ", names)})\n"
                : "";
    }
}
