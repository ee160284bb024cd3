using System.IO.Compression;
using System.Text;
using DuckDB.NET.Data;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Tests.Support;

/// <summary>A directory with raw objects and a lake, deleted afterwards.</summary>
internal sealed class TemporaryLake : IDisposable
{
    public TemporaryLake() => Directory.CreateDirectory(Raw);

    public string Root { get; } = Directory.CreateTempSubdirectory("order-lake-").FullName;

    public string Raw => Path.Join(Root, "raw");

    public string Lake => Path.Join(Root, "lake");

    public string Tables => Path.Join(Lake, "tables");

    public static byte[] Gzip(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }

    public static byte[] Gzip(string content) => Gzip(Encoding.UTF8.GetBytes(content));

    public void Put(string name, string content) => Put(name, Encoding.UTF8.GetBytes(content));

    public void Put(string name, byte[] content)
    {
        var path = Path.Join(Raw, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    public Task<RunReport> TransformAsync(TransformOptions? options = null, IObjectStore? store = null) => new HistoryTransform(
        store ?? new DirectoryStore(Raw), new LakeDirectory(Lake), options ?? new TransformOptions(), TimeProvider.System)
        .RunAsync(default);

    public Task<RunReport> TransformEventsAsync(bool initial = false) => new EventTransform(
        new DirectoryStore(Raw), new LakeDirectory(Lake), new TransformOptions(), TimeProvider.System, initial).RunAsync(default);

    public Task<RunReport> TransformChangesAsync(string? table = null) => new ChangeTransform(
        new DirectoryStore(Raw), new LakeDirectory(Lake), new TransformOptions(), TimeProvider.System, table).RunAsync(default);

    /// <summary>Asks the published files with an engine of its own. A table's name in braces stands for its files.</summary>
    public List<string> Ask(string sql)
    {
        foreach (var (table, depth) in TableColumns.Readable.Select(table => (table, table == "orders" ? "*/*/" : "")))
        {
            sql = sql.Replace(
                $"{{{table}}}",
                $"read_parquet('{Tables}/{table}/{depth}*.parquet', hive_partitioning = {depth.Length > 0}"
                + (depth.Length > 0 ? ", hive_types = {country: varchar, invoicedateonly: date})" : ")"),
                StringComparison.Ordinal);
        }

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column)
                ? "NULL"
                : Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Order lines as JSON; each member can be replaced.</summary>
internal static class OrderLine
{
    public const string Valid =
        "{\"InvoiceNo\":\"536365\",\"StockCode\":\"85123A\",\"Description\":\"HOLDER\",\"Quantity\":6,"
        + "\"InvoiceDate\":\"2010-12-01 08:26:00\",\"UnitPrice\":2.55,\"CustomerID\":\"17850\",\"Country\":\"United Kingdom\"}";

    public static string With(params (string Member, string Json)[] changes)
    {
        var line = Valid;
        foreach (var (member, json) in changes)
        {
            line = System.Text.RegularExpressions.Regex.Replace(
                line, $"\"{member}\":(\"[^\"]*\"|[0-9.]+)", _ => $"\"{member}\":{json}");
        }

        return line;
    }
}
