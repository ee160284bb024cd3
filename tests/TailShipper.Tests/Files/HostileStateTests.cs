using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Tests.Checkpoints;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Files;

/// <summary>State files that no shipper wrote: refused, or taken for damage, in bounded memory and without waiting.</summary>
public sealed partial class HostileStateTests : IDisposable
{
    private const string Snapshot = "checkpoints.0000000002.snapshot";
    private const string Journal = "checkpoints.0000000002.journal";
    private const string RequestId = "0123456789abcdef0123456789abcdef";
    private const long ThreeGigabytes = 3L * 1024 * 1024 * 1024;
    private const long Bounded = 64L * 1024 * 1024;

    private readonly string _state = Directory.CreateTempSubdirectory("state-").FullName;
    private readonly PhysicalStateDirectory _directory;
    private readonly RecordingLogger<HostileStateTests> _log = new();

    public HostileStateTests() => _directory = new PhysicalStateDirectory(_state);

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void A_number_of_too_many_digits_in_the_journal_is_a_damaged_line()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Flush();
        var disk = host.Disk.Copy();
        var lines = Encoding.UTF8.GetString(disk.Files[Journal]).Split('\n');
        lines[0] = Sealed(Inode().Replace(lines[0], "\"inode\":" + new string('9', 41)));
        disk.Put(Journal, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        Assert.Equal(1, Assert.Single(JournalRecovery.Recover(disk).Damages).Line);
    }

    [Theory]
    [InlineData("stream", "9223372036854775807")]
    [InlineData("seq", "9223372036854775807")]
    public void A_number_that_could_not_be_counted_up_is_a_damaged_line(string member, string number)
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Flush();
        var disk = host.Disk.Copy();
        var lines = Encoding.UTF8.GetString(disk.Files[Journal]).Split('\n');
        lines[0] = Sealed(Regex.Replace(lines[0], $"\"{member}\":[0-9]+", $"\"{member}\":{number}"));
        disk.Put(Journal, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        Assert.Single(JournalRecovery.Recover(disk).Damages);
        Assert.True(new JournalHost(disk).Journal.NextStream().Number > 0);
    }

    [Theory]
    [InlineData(Snapshot)]
    [InlineData(Journal)]
    public void A_checkpoint_file_that_is_too_long_is_refused_before_it_is_read(string name)
    {
        Begin();
        File.Delete(Path.Join(_state, name));
        Neighbor.MakeSparse(Path.Join(_state, name), ThreeGigabytes);

        var refused = Allocating(() => Assert.Throws<CheckpointsUnusableException>(() => JournalRecovery.Recover(_directory)));
        Assert.Equal(ExitCodes.Configuration, refused.ExitCode);
        Assert.Contains($"'{name}' in '{_state}' has {ThreeGigabytes} bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_journal_that_is_too_long_is_damage_and_is_read_in_pieces()
    {
        Begin();
        using (var file = File.Open(Path.Join(_state, Journal), FileMode.Append))
        {
            file.SetLength(file.Length + (200 * 1024 * 1024)); // NULs, and no line feed
            file.Seek(0, SeekOrigin.End);
            file.Write("\nbehind\n"u8);
        }

        var recovered = Allocating(() => JournalRecovery.Recover(_directory));
        Assert.Equal(100, Assert.Single(recovered.Table.Streams.Values).Committed);
        Assert.Contains("longer than", Assert.Single(recovered.Damages).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_pace_that_is_too_long_is_a_warning_before_it_is_read()
    {
        Neighbor.MakeSparse(Path.Join(_state, LearnedPaceFile.Name), ThreeGigabytes / 2);
        Assert.Empty(Allocating(() => new LearnedPaceFile(_directory, TimeProvider.System, _log).Read()));
        Assert.Contains("at most 1048576 are read", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_too_long_is_answered_and_the_next_one_is_carried_out()
    {
        var requests = new PhysicalStateDirectory(Path.Join(_state, ReplayRequests.DirectoryName));
        requests.EnsureExists();
        Neighbor.MakeSparse(Path.Join(requests.Name, RequestId + ".json"), ThreeGigabytes);
        Assert.Equal("orders", Allocating(TakeAfterSubmit).Request.Flow);
        Assert.Contains(RequestId + ".done.json", requests.List());
    }

    [Fact]
    public async Task A_pipe_named_like_a_request_keeps_nobody_waiting()
    {
        Neighbor.Needed();
        var requests = new PhysicalStateDirectory(Path.Join(_state, ReplayRequests.DirectoryName));
        requests.EnsureExists();
        Neighbor.MakePipe(Path.Join(requests.Name, RequestId + ".json"));
        Assert.Equal("orders", (await NotWaiting(TakeAfterSubmit)).Request.Flow);
    }

    [Theory]
    [InlineData(Snapshot)]
    [InlineData(Journal)]
    public async Task A_pipe_named_like_a_checkpoint_file_is_refused(string name)
    {
        Neighbor.Needed();
        Begin();
        File.Delete(Path.Join(_state, name));
        Neighbor.MakePipe(Path.Join(_state, name));
        var refused = await NotWaiting(() => Assert.Throws<CheckpointsUnusableException>(() => JournalRecovery.Recover(_directory)));
        Assert.Contains("is not a regular file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_in_place_of_all_other_files_keep_nobody_waiting()
    {
        Neighbor.Needed();
        foreach (var name in (string[])
            ["endpoint", InstanceLock.FileName, LearnedPaceFile.Name, "resent-1.marks", "orders-20260102.jsonl", "appsettings.json"])
        {
            Neighbor.MakePipe(Path.Join(_state, name));
        }

        await NotWaiting(() =>
        {
            Assert.NotEqual(0, EndpointFile.Find(new ShipperOptions { StateDirectory = _state })?.Length);
            Assert.Null(InstanceLock.HolderOf(_state));
            Assert.Throws<StartRefusedException>(() => InstanceLock.Acquire(_state));
            Assert.Empty(new LearnedPaceFile(_directory, TimeProvider.System, _log).Read());
            Assert.Throws<ForeignFileException>(() => ResentDeadLetters.Load(_state));
            Assert.Throws<ForeignFileException>(() => new DeadLetterReader(Path.Join(_state, "orders-20260102.jsonl")).Read().ToList());
            var problems = new ConfigurationProblems();
            ServiceConfiguration.Build([Path.Join(_state, "appsettings.json")], [], problems);
            Assert.Contains("is not a regular file", Assert.Single(problems.All).Reason, StringComparison.Ordinal);
            return 0;
        });
    }

    [Fact]
    public void A_configuration_that_is_too_long_is_refused_before_it_is_read()
    {
        var path = Path.Join(_state, "appsettings.json");
        Neighbor.MakeSparse(path, ThreeGigabytes);
        var problems = new ConfigurationProblems();
        Allocating(() => ServiceConfiguration.Build([path], [], problems));
        Assert.Contains("at most 16777216 are read", Assert.Single(problems.All).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_are_read_in_pieces()
    {
        const string id = "00112233445566778899aabbccddeeff";
        var mark = $"{{\"id\":\"{id}\",\"at\":\"2026-01-02T03:04:05Z\"}}\n";
        using (var file = File.Create(Path.Join(_state, "resent-1.marks")))
        {
            file.SetLength(300 * 1024 * 1024); // one line of NULs
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes($"\n{mark}{mark[..20]}"));
        }

        using var marks = Allocating(() => ResentDeadLetters.Load(_state));
        Assert.True(marks.Contains(id));
        Assert.Equal(1, marks.Count);
    }

    [Fact]
    public void Lines_that_are_no_dead_letters_cost_next_to_nothing()
    {
        const int lines = 100_000;
        var reader = new DeadLetterReader("/nowhere");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(reader.Read(new MemoryStream(Enumerable.Repeat((byte)'\n', lines).ToArray())));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);
        Assert.Equal(lines, reader.Damaged);
    }

    [Theory]
    [InlineData("\"at\":null")]
    [InlineData("\"at\":\"yesterday\"")]
    [InlineData("\"flow\":null")]
    [InlineData("\"start\":-1")]
    [InlineData("\"end\":9")]
    [InlineData("\"line_start\":20,\"line_end\":3")]
    [InlineData("\"data\":\"?\"")]
    public void A_dead_letter_with_a_value_that_none_has_is_a_damaged_line(string value)
    {
        var name = value[..value.IndexOf(':', StringComparison.Ordinal)];
        string[] members =
        [
            "\"at\":\"2026-01-02T03:04:05Z\"", "\"flow\":\"orders\"", "\"path\":\"/a\"", "\"stream\":7", "\"start\":10", "\"end\":13",
            "\"reason\":\"no\"", "\"data\":\"YWJj\"",
        ];
        var good = "{" + string.Join(',', members) + "}\n";
        var kept = members.Where(member => !member.StartsWith(name + ":", StringComparison.Ordinal));
        var bad = "{" + string.Join(',', name == "\"data\"" ? [.. kept, value] : [value, .. kept]) + "}\n";
        var reader = new DeadLetterReader("/nowhere");
        Assert.Single(reader.Read(new MemoryStream(Encoding.UTF8.GetBytes(bad + good))).ToList());
        Assert.Equal(1, reader.Damaged);
    }

    [Theory]
    [InlineData("http://203.0.113.9:80/")]
    [InlineData("relative.sock")]
    [InlineData("file:///etc/passwd")]
    public void An_address_that_no_service_writes_is_not_asked(string address)
    {
        File.WriteAllText(Path.Join(_state, "endpoint"), address + "\n");
        Assert.NotEqual(address, EndpointFile.Find(new ShipperOptions { StateDirectory = _state }));
    }

    [GeneratedRegex("\"inode\":[0-9]+")]
    private static partial Regex Inode();

    private void Begin()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Flush();
        foreach (var (name, bytes) in host.Disk.Files)
        {
            File.WriteAllBytes(Path.Join(_state, name), bytes);
        }
    }

    private ReplayTicket TakeAfterSubmit()
    {
        var requests = new ReplayRequests(_directory, TimeProvider.System, NullLogger<ReplayRequests>.Instance);
        requests.Submit(new ReplayRequest { Flow = "orders", Kind = ReplayKind.FromStart });
        return requests.TryTake()!;
    }

    private static string Sealed(string line)
    {
        var content = line[..line.IndexOf(",\"crc\"", StringComparison.Ordinal)];
        return $"{content},\"crc\":\"{JournalChecksum.Of(Encoding.UTF8.GetBytes(content)):x8}\"}}";
    }

    /// <summary>Fails when more is allocated than any file of the state directory may cost.</summary>
    private static T Allocating<T>(Func<T> act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = act();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Bounded);
        return result;
    }

    /// <summary>Ends a test that would wait for a pipe's writer.</summary>
    private static Task<T> NotWaiting<T>(Func<T> act) => Task.Run(act).WaitAsync(TimeSpan.FromMinutes(4));
}
