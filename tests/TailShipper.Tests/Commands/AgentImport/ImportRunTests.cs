using System.Globalization;
using Microsoft.Data.Sqlite;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.ImportAgent;
using Shipper.TailShipper.Commands.Shared.AgentImport;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.AgentImport;

/// <summary>An import with real files, a real database and the second program that reads it.</summary>
public sealed class ImportRunTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("import-run-");

    public ImportRunTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The agent names files by device and inode.");
        Directory.CreateDirectory(At("logs"));
        Execute(File.ReadAllText(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "checkpoints.sql")) + "DELETE FROM FILE_CHECKPOINTS;");
    }

    private string Target => At("out.json");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_checkpoint_that_fits_its_file_becomes_a_committed_offset()
    {
        Write("app.log", "one\ntwo\nthree\n");
        AddRow("app.log", offset: 8, size: 14);

        var (code, screen) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Contains($"verified  {At("logs/app.log")}, 14 bytes: continues at 8", screen, StringComparison.Ordinal);
        var stream = Assert.Single(Streams());
        Assert.Equal((At("logs/app.log"), 8L, 14L, StreamState.Active), (stream.Path, stream.Committed, stream.Size, stream.State));
        Assert.Equal(Fingerprint.Of("one\ntwo\n"u8), stream.Tail);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Target) == PrivateFiles.FileMode);
        Assert.Contains("\"UnfinishedLineWait\": \"0s\"", await File.ReadAllTextAsync(Target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_rotated_is_found_by_its_inode_and_the_new_one_begins_at_its_start()
    {
        Write("app.log", "one\ntwo\n");
        AddRow("app.log", offset: 4, size: 8, ago: TimeSpan.FromSeconds(-1));
        File.Move(At("logs/app.log"), At("logs/app.log.1"));
        await Task.Delay(TimeSpan.FromSeconds(1.1)); // birth times are compared with the row's
        Write("app.log", "new\n");

        Assert.Equal(0, (await RunAsync()).Code);

        Assert.Equal(
            [(At("logs/app.log"), 0L), (At("logs/app.log.1"), 4L)],
            Streams().Select(stream => (stream.Path, stream.Committed)).Order());
    }

    [Theory]
    [InlineData(UnverifiedChoice.None, 1, null)]
    [InlineData(UnverifiedChoice.Start, 0, 0L)]
    [InlineData(UnverifiedChoice.End, 0, 8L)]
    [InlineData(UnverifiedChoice.Offset, 0, 6L)]
    public async Task A_checkpoint_within_a_line_needs_a_choice(object choice, int code, long? committed)
    {
        Write("app.log", "one\ntwo\nhalf");
        AddRow("app.log", offset: 6, size: 12);

        var (actual, screen) = await RunAsync((UnverifiedChoice)choice);

        Assert.Equal(code, actual);
        Assert.Contains("NOT VERIFIED", screen, StringComparison.Ordinal);
        Assert.Contains("no line ends before byte 6", screen, StringComparison.Ordinal);
        Assert.Equal(committed, Streams().SingleOrDefault()?.Committed);
        Assert.Equal(committed is not null, File.Exists(Target));
    }

    [Theory]
    [InlineData("x\n", "was truncated")]
    [InlineData("one\ntwo\n", "was truncated")]
    public async Task A_file_that_is_shorter_than_it_was_is_not_verified(string content, string reason)
    {
        Write("app.log", content);
        AddRow("app.log", offset: 4, size: 100);

        var (code, screen) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Contains(reason, screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_checkpoint_is_named_where_the_flow_has_others()
    {
        Write("app.log.1", "old\n");
        Write("app.log", "one\n");
        AddRow("app.log", offset: 4, size: 4);

        Assert.Equal(1, (await RunAsync()).Code);
        var (code, screen) = await RunAsync(UnverifiedChoice.End);

        Assert.Equal(0, code);
        Assert.Contains("the agent has no checkpoint of it", screen, StringComparison.Ordinal);
        Assert.Equal([4L, 4L], Streams().Select(stream => stream.Committed));
    }

    [Fact]
    public async Task A_checkpoint_whose_file_is_gone_is_named()
    {
        AddRow("gone.log", offset: 4, size: 10, file: "(dev=27,ino=4)");

        var (code, screen) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Contains($"gone  {At("logs/gone.log")} is gone: 6 bytes of it were not shipped", screen, StringComparison.Ordinal);
        Assert.Empty(Streams());
    }

    [Fact]
    public async Task A_checkpoint_of_another_flow_is_named()
    {
        AddRow("app.log", offset: 0, size: 0, file: "(dev=27,ino=4)", flow: "fh:other:/var/log/x");

        Assert.Contains("is no flow of this configuration: it is left out", (await RunAsync()).Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_agent_is_refused_but_may_be_looked_at()
    {
        Assert.Equal(1, (await RunAsync(agent: 4711)).Code);
        Assert.False(File.Exists(Target));

        var (code, screen) = await RunAsync(agent: 4711, isDryRun: true);

        Assert.Equal(0, code);
        Assert.Contains("\"DeliveryStream\": \"orders\"", screen, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
        Assert.False(Directory.Exists(At("state")));
    }

    [Fact]
    public void An_agent_is_recognized_by_what_Java_runs()
    {
        Directory.CreateDirectory(At("proc/12"));
        Directory.CreateDirectory(At("proc/self"));
        File.WriteAllText(At("proc/12/cmdline"), "grep\0com.amazon.kinesis.streaming.agent.AgentX\0");
        Assert.Null(AgentProcess.Find(At("proc")));
        Directory.CreateDirectory(At("proc/345"));
        File.WriteAllText(At("proc/345/cmdline"), "/usr/bin/java\0-server\0-cp\0/x.jar\0com.amazon.kinesis.streaming.agent.Agent\0-l\0x\0");
        Assert.Equal(345, AgentProcess.Find(At("proc")));
    }

    [Fact]
    public async Task A_file_that_exists_is_not_overwritten()
    {
        await File.WriteAllTextAsync(Target, "mine");

        Assert.Equal(1, (await RunAsync()).Code);

        Assert.Equal("mine", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task Checkpoints_are_imported_once()
    {
        Write("app.log", "one\n");
        AddRow("app.log", offset: 4, size: 4);
        Assert.Equal(0, (await RunAsync()).Code);
        File.Delete(Target);

        Assert.Equal(1, (await RunAsync()).Code);

        Assert.Single(Streams());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Without_a_checkpoint_the_flow_begins_as_a_new_one()
    {
        Write("app.log", "one\n");
        File.Delete(At("checkpoints"));

        var (code, screen) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Contains("Checkpoints: none, because", screen, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("state")));
    }

    [Fact]
    public async Task A_damaged_database_ends_the_import()
    {
        await File.WriteAllTextAsync(At("checkpoints"), "this is no database, whatever it is called, and long enough");

        var exception = await Assert.ThrowsAsync<StartRefusedException>(() => RunAsync());

        Assert.Equal(ExitCodes.Undetermined, exception.ExitCode);
        Assert.Contains("is not an SQLite database", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(dev=27,ino=4)", 0UL, 0x27UL, 4UL)]
    [InlineData("(dev=fd01,ino=131073)", 0xFDUL, 1UL, 131073UL)]
    [InlineData("(dev=10300302,ino=7)", 3UL, 0x10302UL, 7UL)]
    public void A_device_of_the_kernel_is_ours(string text, ulong major, ulong minor, ulong inode) =>
        Assert.Equal(new FileId((major << 32) | minor, inode), AgentRow.FileOf(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("(dev=xyz,ino=4)")]
    [InlineData("(dev=27,ino=4")]
    public void What_names_no_file_is_none(string? text) => Assert.Null(AgentRow.FileOf(text));

    private string At(string path) => Path.Join(_directory.FullName, path);

    private void Write(string name, string content) => File.WriteAllText(At($"logs/{name}"), content);

    private IReadOnlyList<StreamCheckpoint> Streams() => !Directory.Exists(At("state")) ? []
        : [.. CheckpointReader.Read(new PhysicalStateDirectory(At("state"))).Streams.Where(stream => stream.Path.Length > 0)];

    private void AddRow(
        string name, long offset, long size, TimeSpan ago = default, string? file = null, string? flow = null)
    {
        var id = new PhysicalFileSystem().Stat(At($"logs/{name}")).Stat.Id;
        var (major, minor) = (id.Device >> 32, id.Device & 0xFFFFFFFF);
        var device = ((major & 0xFFF) << 8) | ((major & 0xFFFFF000) << 32) | (minor & 0xFF) | ((minor & 0xFFFFFF00) << 12);
        file ??= string.Create(CultureInfo.InvariantCulture, $"(dev={device:x},ino={id.Inode})");
        flow ??= $"fh:orders:{At("logs")}/app.log*";
        var updated = TimeProvider.System.GetUtcNow().AddSeconds(1) + ago;
        Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO FILE_CHECKPOINTS VALUES('{flow}', '{At($"logs/{name}")}', '{file}', 1, {size}, "
            + $"{offset}, '{updated:yyyy-MM-dd HH:mm:ss.fff}');"));
    }

    private void Execute(string statements)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = At("checkpoints"), Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    private async Task<(int Code, string Screen)> RunAsync(
        UnverifiedChoice choice = UnverifiedChoice.None, int? agent = null, bool isDryRun = false)
    {
        var main = At("agent.json");
        await File.WriteAllTextAsync(main, $$"""
            { "checkpointFile": "{{At("checkpoints")}}",
              "flows": [ { "filePattern": "{{At("logs")}}/app.log*", "deliveryStream": "orders" } ] }
            """);
        var problems = new ConfigurationProblems();
        var import = ImportedConfiguration.Read(main, At("agent.d"), problems)!;
        string[] settings = [$"Shipper:StateDirectory={At("state")}"];
        var setup = ShipperSetup.Load(ServiceConfiguration.Of([], settings, problems, import.Keys), problems, toRun: false);
        await using var screen = new StringWriter();
        var run = new ImportAgentCommand.ImportRun((import, setup), null, Target, choice, isDryRun, settings, screen);
        return (await run.RunAsync(agent, CancellationToken.None), screen.ToString());
    }
}
