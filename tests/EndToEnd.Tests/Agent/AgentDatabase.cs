using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>A checkpoint database of the Amazon Kinesis Agent, made by the statements of its own.</summary>
internal static class AgentDatabase
{
    /// <summary>Makes one with these checkpoints, written just now.</summary>
    public static void Make(string path, IEnumerable<AgentCheckpoint> checkpoints)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = File.ReadAllText(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "checkpoints.sql"))
            + "DELETE FROM FILE_CHECKPOINTS;";
        command.ExecuteNonQuery();
        foreach (var checkpoint in checkpoints)
        {
            Insert(connection, checkpoint);
        }
    }

    private static void Insert(SqliteConnection connection, AgentCheckpoint checkpoint)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO FILE_CHECKPOINTS VALUES($flow, $path, $file, 1, $offset, $offset, $updated)";
        var updated = TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        command.Parameters.AddWithValue("$flow", checkpoint.Flow);
        command.Parameters.AddWithValue("$path", checkpoint.Path);
        command.Parameters.AddWithValue("$file", IdOf(checkpoint.Path));
        command.Parameters.AddWithValue("$offset", checkpoint.Offset);
        command.Parameters.AddWithValue("$updated", updated);
        command.ExecuteNonQuery();
    }

    private static string IdOf(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "(dev=%D,ino=%i)", path]) { RedirectStandardOutput = true })!;
        var id = stat.StandardOutput.ReadToEnd().Trim();
        stat.WaitForExit();
        return id;
    }
}

/// <summary>A row of it.</summary>
/// <param name="Flow">The agent's name of the flow.</param>
/// <param name="Path">The file, which is there.</param>
/// <param name="Offset">The byte after the last record that was sent.</param>
internal sealed record AgentCheckpoint(string Flow, string Path, long Offset);
