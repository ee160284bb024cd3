using System.Globalization;
using DuckDB.NET.Data;

namespace Shipper.OrderLake.Engine;

/// <summary>The embedded engine, in memory: DuckDB with a limit of memory, above which it writes to a directory.</summary>
internal sealed class LakeEngine : IDisposable
{
    private readonly DuckDBConnection _connection;

    private LakeEngine(DuckDBConnection connection) => _connection = connection;

    /// <summary>The connection, for what takes rows.</summary>
    public DuckDBConnection Connection => _connection;

    /// <summary>Starts an engine.</summary>
    /// <param name="memoryLimit">Most bytes of memory.</param>
    /// <param name="threads">Threads that it may use.</param>
    /// <param name="spillDirectory">Where it writes what does not fit; null if nothing may be written.</param>
    public static LakeEngine Start(long memoryLimit, int threads, string? spillDirectory)
    {
        var engine = new LakeEngine(new DuckDBConnection("DataSource=:memory:"));
        engine._connection.Open();
        engine.Run(string.Create(CultureInfo.InvariantCulture, $"set memory_limit = '{memoryLimit}B'"));
        engine.Run(string.Create(CultureInfo.InvariantCulture, $"set threads = {threads}"));
        engine.Run($"set temp_directory = {Text(spillDirectory ?? "")}");
        engine.Run("set preserve_insertion_order = false"); // an explicit order is kept all the same
        engine.Run("set enable_progress_bar = false");
        engine.Run("set TimeZone = 'UTC'");
        return engine;
    }

    /// <summary>Another connection to the same engine, with temporary tables of its own.</summary>
    public LakeEngine Duplicate()
    {
        var other = new LakeEngine(_connection.Duplicate());
        other._connection.Open();
        return other;
    }

    /// <summary>A text as SQL.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A list of texts as SQL.</summary>
    public static string Texts(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    /// <summary>A list of files as SQL, in which the engine finds no pattern.</summary>
    public static string Files(IEnumerable<string> paths) => Texts(paths.Select(path => path.Replace("[", "[[]", StringComparison.Ordinal)
        .Replace("*", "[*]", StringComparison.Ordinal).Replace("?", "[?]", StringComparison.Ordinal)));

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public long Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query and reads each row.</summary>
    public List<T> Read<T>(string sql, Func<DuckDBDataReader, T> row)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = (DuckDBDataReader)command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
