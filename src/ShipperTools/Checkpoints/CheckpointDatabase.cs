using Microsoft.Data.Sqlite;
using Shipper.Foundation.Files;

namespace Shipper.ShipperTools.Checkpoints;

/// <summary>
/// Reads a Kinesis Agent's checkpoint database, which is never changed. One that is locked, or that a killed agent left with an unfinished
/// transaction, is read from a copy.
/// </summary>
internal static class CheckpointDatabase
{
    private const string Table = "FILE_CHECKPOINTS";

    // The agent deletes rows after a week: a database is some kilobytes.
    private const int LongestCopied = 256 << 20;
    private const int BusySeconds = 2;

    // https://sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private static readonly string[] Columns = ["flow", "path", "fileId", "lastModifiedTime", "size", "offset", "lastUpdated"];

    /// <summary>Every row, in the order of flow and path.</summary>
    /// <exception cref="CheckpointDatabaseException">It cannot be read; the message says why, and what to do.</exception>
    public static IReadOnlyList<CheckpointRow> Read(string file)
    {
        var path = Path.GetFullPath(file);
        try
        {
            using (SafeFiles.OpenToRead(path, followLinks: true))
            {
            }

            try
            {
                return Read(path, SqliteOpenMode.ReadOnly);
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode is Busy or Locked or ReadOnly or CannotOpen)
            {
                return ReadCopy(path);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointDatabaseException(
                $"there is no file '{path}'. The agent's key checkpointFile says where its checkpoints are; "
                + "those below /var/run are gone after a restart of the machine");
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            throw new CheckpointDatabaseException(
                $"'{path}' cannot be read ({exception.Message.TrimEnd('.')}). Ask as root, or as the agent's user");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is NotADatabase)
        {
            throw new CheckpointDatabaseException(
                $"'{path}' is not an SQLite database. The agent's key checkpointFile says where its checkpoints are");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Corrupt)
        {
            throw Damaged(path, exception.Message);
        }
        catch (SqliteException exception)
        {
            throw new CheckpointDatabaseException(
                $"'{path}' cannot be read (SQLite: {exception.Message.TrimEnd('.')}). Stop the agent and try again");
        }
    }

    private static CheckpointDatabaseException Damaged(string path, string reason) => new(
        $"'{path}' is damaged ({reason.TrimEnd('.')}). Import without checkpoints and choose where to start, or restore it from a backup");

    // The journal comes along: with it an unfinished transaction is rolled back, in the copy.
    private static List<CheckpointRow> ReadCopy(string path)
    {
        var directory = Directory.CreateTempSubdirectory("tailshipper-"); // mode 0700
        try
        {
            var copy = Path.Join(directory.FullName, "checkpoints");
            foreach (var suffix in (string[])["", "-journal", "-wal"])
            {
                try
                {
                    File.WriteAllBytes(copy + suffix, SafeFiles.ReadAll(path + suffix, LongestCopied, followLinks: true));
                }
                catch (FileNotFoundException) when (suffix.Length > 0)
                {
                    // No transaction is under way.
                }
            }

            return Read(copy, SqliteOpenMode.ReadWrite, path);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static List<CheckpointRow> Read(string path, SqliteOpenMode mode, string? shown = null)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ConnectionString);
        connection.Open();
        Check(connection, shown ?? path);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT flow, path, fileId, lastModifiedTime, size, \"offset\", lastUpdated FROM FILE_CHECKPOINTS ORDER BY flow, path";
        using var reader = command.ExecuteReader();
        var rows = new List<CheckpointRow>();
        while (reader.Read())
        {
            rows.Add(new CheckpointRow(
                Text(reader, 0), Text(reader, 1), Text(reader, 2), Number(reader, 3), Number(reader, 4), Number(reader, 5),
                Text(reader, 6)));
        }

        return rows;
    }

    private static void Check(SqliteConnection connection, string path)
    {
        var problems = Column(connection, "PRAGMA quick_check(1)", 0);
        if (problems is not ["ok"])
        {
            throw Damaged(path, string.Join("; ", problems));
        }

        var columns = Column(connection, $"PRAGMA table_info({Table})", 1);
        if (columns.Count == 0)
        {
            throw new CheckpointDatabaseException(
                $"'{path}' has no table {Table}. It is not the checkpoint database of a Kinesis Agent 2.0, or the agent never started");
        }

        var missing = Columns.Where(column => !columns.Contains(column, StringComparer.OrdinalIgnoreCase)).ToList();
        if (missing.Count > 0)
        {
            throw new CheckpointDatabaseException(
                $"the table {Table} of '{path}' has no column {string.Join(" and no ", missing)}: another version of the agent wrote it. "
                + "Import without checkpoints and choose where to start");
        }
    }

    private static List<string> Column(SqliteConnection connection, string query, int column)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetString(column));
        }

        return values;
    }

    private static string? Text(SqliteDataReader reader, int column) => reader.GetValue(column) as string;

    private static long? Number(SqliteDataReader reader, int column) => reader.GetValue(column) as long?;
}

/// <summary>A checkpoint database cannot be read. The message says why, and what to do.</summary>
internal sealed class CheckpointDatabaseException(string message) : Exception(message);
