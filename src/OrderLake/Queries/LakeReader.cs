using System.Numerics;
using DuckDB.NET.Data;
using Shipper.OrderLake.Engine;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Queries;

/// <summary>
/// Reads the tables of a lake as one run left them. If a run is committed meanwhile, so that the files belong to two of them, the query
/// starts again. Queries cannot write, and can read nothing but the lake.
/// </summary>
internal sealed class LakeReader(LakeDirectory lake, long memoryLimit, int threads)
{
    private const int MostAttempts = 20;

    /// <summary>Runs a query.</summary>
    /// <exception cref="LakeException">There is no lake, or the engine refuses the query; the message says why.</exception>
    public QueryResult Query(string sql) => Read(engine => Query(engine, sql));

    /// <summary>Reads several things of the same run.</summary>
    /// <exception cref="LakeException">As for <see cref="Query(string)"/>.</exception>
    public T Read<T>(Func<LakeEngine, T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = lake.ReadState() ?? throw new LakeException(
                $"{lake.Root} is no lake, or nothing was transformed yet; run order-lake transform first", LakeExitCodes.NoInput);
            try
            {
                using var engine = LakeEngine.Start(memoryLimit, threads, spillDirectory: null);
                CreateViews(engine);
                var result = read(engine);
                if (lake.ReadState()?.Run == before.Run || attempt == MostAttempts)
                {
                    return result;
                }
            }
            catch (DuckDBException) when (attempt < MostAttempts && lake.ReadState()?.Run != before.Run)
            {
                // A file that another run has merged is gone.
            }
            catch (DirectoryNotFoundException) when (attempt < MostAttempts)
            {
                // Where directories cannot be exchanged in one step there are none for a moment.
            }
            catch (DuckDBException exception)
            {
                throw new LakeException($"the query is refused: {exception.Message.Trim()}", LakeExitCodes.DamagedObjects, exception);
            }
        }
    }

    /// <summary>Runs a query on an engine that has the views.</summary>
    public static QueryResult Query(LakeEngine engine, string sql)
    {
        var text = sql.Trim().TrimEnd(';');
        var columns = engine.Read($"describe {text}", row => new QueryColumn(row.GetString(0), row.GetString(1)));
        var rows = engine.Read(
            text, row => (IReadOnlyList<object?>)[.. Enumerable.Range(0, row.FieldCount).Select(column => Value(row, column))]);
        return new QueryResult(columns, rows);
    }

    private static object? Value(DuckDBDataReader row, int column) => row.IsDBNull(column) ? null : row.GetValue(column) switch
    {
        string or bool or decimal or DateOnly or DateTime => row.GetValue(column),
        BigInteger number => number,
        IFormattable number => number,
        System.Collections.IEnumerable list => string.Join(", ", list.Cast<object?>()),
        var other => other.ToString(),
    };

    /// <summary>The files of a table, sorted.</summary>
    public IReadOnlyList<string> Files(string table)
    {
        var directory = Path.Join(lake.Tables, table);
        return Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Some files of a table, at least one, as what a query reads from; the column <c>filename</c> has their paths.</summary>
    public string Source(string table, IEnumerable<string> files) =>
        $"read_parquet({LakeEngine.Files(files)}, filename = true, {Partitioning(table)})";

    private void CreateViews(LakeEngine engine)
    {
        foreach (var table in TableColumns.Readable)
        {
            engine.Run($"create view {table} as {Select(table)}");
        }

        engine.Run($"set allowed_directories = [{LakeEngine.Text(lake.Tables + "/")}]");
        engine.Run("set enable_external_access = false");
        engine.Run("set lock_configuration = true");
    }

    private string Select(string table)
    {
        var files = Files(table);
        var columns = TableColumns.Of(table);
        if (files.Count == 0)
        {
            var nulls = columns.Select(column => $"cast(null as {Type(column)}) as {column.Name}");
            return $"select {string.Join(", ", nulls)} where false";
        }

        return $"select {string.Join(", ", columns.Select(column => column.Name))} from read_parquet({LakeEngine.Files(files)}, "
            + $"{Partitioning(table)})";
    }

    private string Partitioning(string table)
    {
        var partitions = TableColumns.Of(table).Where(column => column.IsPartition)
            .Select(column => $"{column.Name}: {Type(column)}").ToList();
        if (partitions.Count > 0 && lake.ReadState()?.Layout == LakeLayout.Month)
        {
            partitions = ["country: varchar", $"{LakeLayouts.Month}: varchar"]; // the date is in the files
        }

        return partitions.Count == 0
            ? "hive_partitioning = false"
            : $"hive_partitioning = true, hive_types = {{{string.Join(", ", partitions)}}}";
    }

    private static string Type(TableColumn column) => column.Type == "text" ? "varchar" : column.Type;
}
