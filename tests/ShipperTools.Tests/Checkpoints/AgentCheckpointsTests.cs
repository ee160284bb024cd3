using System.Text.Json;
using Microsoft.Data.Sqlite;
using Shipper.ShipperTools.Checkpoints;
using Xunit;

namespace ShipperTools.Tests.Checkpoints;

public sealed class AgentCheckpointsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-checkpoints-");

    private string Database => Path.Join(_directory.FullName, "checkpoints");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Every_row_of_the_agents_database_is_printed()
    {
        Create(Golden());

        var (code, output, errors) = Print();

        Assert.Equal((0, ""), (code, errors));
        var rows = output.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            ["fh:b:/var/log/orders/brackets.log", "fh:orders:/var/log/orders/orders.log*", "fh:rot:/var/log/orders/rot.log*",
                "fh:web:/var/log/httpd/access.log", "kinesis:orders-stream:/var/log/orders/partial.log"],
            rows.Select(row => row.GetProperty("flow").GetString()));
        Assert.Equal(
            "{\"flow\":\"kinesis:orders-stream:/var/log/orders/partial.log\",\"path\":\"/var/log/orders/partial.log\","
            + "\"file_id\":\"(dev=27,ino=5)\",\"last_modified_ms\":1795873456455,\"size\":8,\"offset\":5,"
            + "\"last_updated\":\"2026-11-28 13:44:18.957\"}",
            output[^1]);
    }

    [Fact]
    public void A_locked_database_is_read_from_a_copy_as_of_its_last_transaction()
    {
        Create(Golden());
        using var writer = Open(Database);
        Execute(writer, "BEGIN EXCLUSIVE; UPDATE FILE_CHECKPOINTS SET offset = 9999;");

        var (code, output, _) = Print();

        Assert.Equal(0, code);
        Assert.Equal(5, output.Count);
        Assert.DoesNotContain("9999", string.Join('\n', output), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_has_no_rows_and_is_no_error()
    {
        Create(Golden() + "DELETE FROM FILE_CHECKPOINTS;");

        var (code, output, errors) = Print();

        Assert.Equal((0, ""), (code, errors));
        Assert.Empty(output);
    }

    [Fact]
    public void A_value_of_another_form_is_left_out()
    {
        Create(Golden() + "UPDATE FILE_CHECKPOINTS SET fileId = NULL, size = 'big' WHERE flow LIKE 'kinesis%';");

        var row = JsonDocument.Parse(Print().Output[^1]).RootElement;

        Assert.False(row.TryGetProperty("file_id", out _));
        Assert.False(row.TryGetProperty("size", out _));
        Assert.Equal(5, row.GetProperty("offset").GetInt64());
    }

    [Fact]
    public void Reading_leaves_the_database_as_it_was()
    {
        Create(Golden());
        var before = File.ReadAllBytes(Database);

        Print();

        Assert.Equal(before, File.ReadAllBytes(Database));
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public void A_file_that_is_missing_is_named() => Refused("there is no file '" + Database + "'");

    [Fact]
    public void Another_kind_of_file_is_no_database()
    {
        File.WriteAllText(Database, string.Concat(Enumerable.Repeat("536365,85123A,6\n", 100)));

        Refused("is not an SQLite database");
    }

    [Fact]
    public void A_directory_is_no_database()
    {
        Directory.CreateDirectory(Database);

        Refused("is not a regular file");
    }

    [Fact]
    public void A_database_without_the_table_is_named()
    {
        Create("CREATE TABLE other (a text);");

        Refused("has no table FILE_CHECKPOINTS");
    }

    [Fact]
    public void A_table_of_another_version_is_refused_with_the_missing_columns()
    {
        Create("CREATE TABLE FILE_CHECKPOINTS (flow text, path text, fileId text, size bigint, lastUpdated datetime);");

        Refused("has no column lastModifiedTime and no offset: another version");
    }

    [Fact]
    public void A_damaged_database_prints_nothing()
    {
        Create(Golden() + string.Concat(Enumerable.Range(0, 400).Select(number =>
            $"INSERT INTO FILE_CHECKPOINTS VALUES('fh:x:/var/log/{number}', '/var/log/{number}', '(dev=27,ino=6)', 1, 2, 3, 'x');")));
        var bytes = File.ReadAllBytes(Database);
        bytes.AsSpan(2 * 4096, bytes.Length - (3 * 4096)).Fill(0xAA);
        File.WriteAllBytes(Database, bytes);

        Refused("is damaged");
    }

    [Fact]
    public void A_database_that_was_cut_off_prints_nothing()
    {
        Create(Golden());
        using (var file = File.OpenWrite(Database))
        {
            file.SetLength(5000);
        }

        Refused("is damaged");
    }

    private static string Golden() => File.ReadAllText(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "checkpoints.sql"));

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    private void Create(string statements)
    {
        using var connection = Open(Database);
        Execute(connection, statements);
    }

    private void Refused(string reason)
    {
        var (code, output, errors) = Print();

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    private (int Code, List<string> Output, string Errors) Print()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = AgentCheckpointsCommand.Print(Database, output, errors);
        return (code, [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)], errors.ToString());
    }
}
