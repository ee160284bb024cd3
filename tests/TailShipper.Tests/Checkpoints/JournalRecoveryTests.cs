using System.Text;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class JournalRecoveryTests
{
    // The very first start begins two generations, of which the second is written to.
    private const string FirstSnapshot = "checkpoints.0000000002.snapshot";
    private const string FirstJournal = "checkpoints.0000000002.journal";
    private const string SecondSnapshot = "checkpoints.0000000003.snapshot";
    private const string SecondJournal = "checkpoints.0000000003.journal";

    [Fact]
    public void An_empty_directory_is_a_first_start()
    {
        var recovered = JournalRecovery.Recover(new InMemoryStateDirectory());

        Assert.True(recovered.IsFirstStart);
        Assert.Empty(recovered.Table.Streams);
    }

    [Fact]
    public void What_a_crash_in_the_very_first_opening_leaves_is_still_a_first_start()
    {
        var disk = new InMemoryStateDirectory();
        disk.Put("checkpoints.0000000001.snapshot.tmp", "{\"seq\":1,"u8.ToArray());
        disk.Put(FirstJournal, []);
        disk.Put("shipper.lock", "1"u8.ToArray());

        Assert.True(JournalRecovery.Recover(disk).IsFirstStart);
    }

    [Theory]
    [InlineData("checkpoints.0000000001.snapshot", true)]
    [InlineData("checkpoints.0000000001.journal", true)]
    [InlineData(FirstSnapshot, true)]
    [InlineData(FirstJournal, false)]
    public void Damage_to_any_one_file_of_the_first_run_is_no_reason_to_refuse_the_second(string damaged, bool isKnown)
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Flush();
        Assert.Contains(damaged, host.Disk.List());
        var disk = host.Disk.Copy();
        disk.Put(damaged, "damaged\n"u8.ToArray());

        var recovered = JournalRecovery.Recover(disk);

        Assert.False(recovered.IsFirstStart);
        Assert.Equal(isKnown, recovered.Table.Streams.ContainsKey(new StreamId(1)));
        Assert.Equal(damaged is FirstSnapshot or FirstJournal, recovered.Damages.Count == 1);
    }

    [Fact]
    public void A_crash_at_any_operation_of_the_very_first_start_leaves_a_directory_that_can_be_started()
    {
        var whole = new JournalHost().Disk.Operations.Count;
        Assert.True(whole > 5);
        for (var survived = 0; survived <= whole; survived++)
        {
            var disk = new InMemoryStateDirectory();
            disk.Fault = (_, _) =>
            {
                if (disk.Operations.Count >= survived)
                {
                    throw new SimulatedCrashException();
                }
            };
            try
            {
                _ = new JournalHost(disk);
            }
            catch (SimulatedCrashException)
            {
                // The process is gone; what it had done stays.
            }

            disk.Fault = null;
            var host = new JournalHost(disk.Copy());
            host.Journal.Record(Some.Checkpoint(1, 100));
            Assert.True(host.Flush());
            Assert.Equal(100, host.Recover().Table.Streams[new StreamId(1)].Committed);
        }
    }

    [Fact]
    public void Of_the_damaged_files_the_newest_four_are_kept()
    {
        var disk = TwoGenerations();
        for (var round = 0; round < 6; round++)
        {
            var journal = disk.List().Where(name => name.EndsWith(".journal", StringComparison.Ordinal)).Max(StringComparer.Ordinal)!;
            disk.Put(journal, "damaged\n"u8.ToArray());
            new JournalHost(disk).Close();
        }

        new JournalHost(disk).Close();
        Assert.Equal(
            [
                "checkpoints.0000000005.journal.corrupt", "checkpoints.0000000006.journal.corrupt",
                "checkpoints.0000000007.journal.corrupt", "checkpoints.0000000008.journal.corrupt",
            ],
            disk.List().Where(name => name.EndsWith(".corrupt", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(100, JournalRecovery.Recover(disk).Table.Streams[new StreamId(1)].Committed);
    }

    [Fact]
    public void A_torn_last_line_is_cut_and_the_next_generation_begins_after_it()
    {
        var disk = TwoGenerations();
        disk.Put(SecondJournal, disk.Files[SecondJournal][..^5]);

        var recovered = JournalRecovery.Recover(disk);

        Assert.True(Assert.Single(recovered.Damages).IsTorn);
        Assert.Equal(300, recovered.Table.Streams[new StreamId(1)].Committed);

        var host = new JournalHost(disk);
        Assert.Single(host.Log.Of(2302));
        Assert.Empty(host.Recover().Damages);
        Assert.Equal(300, host.Recover().Table.Streams[new StreamId(1)].Committed);
    }

    [Fact]
    public void Damage_in_the_middle_keeps_the_lines_before_it_and_sets_the_file_aside()
    {
        var disk = TwoGenerations();
        ChangeLine(disk, SecondJournal, 2, line => line.Replace("\"committed\":300", "\"committed\":900", StringComparison.Ordinal));

        var host = new JournalHost(disk);

        Assert.Equal(200, host.Recover().Table.Streams[new StreamId(1)].Committed);
        Assert.Contains(SecondJournal + ".corrupt", disk.List());
        Assert.DoesNotContain(SecondJournal, disk.List());
        var error = Assert.Single(host.Log.Of(2303));
        Assert.Contains($"{SecondJournal} in /state is damaged at line 2: its checksum does not match", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_read_up_to_its_damage_like_a_small_one()
    {
        var host = new JournalHost();
        for (var stream = 1; stream <= 15_000; stream++)
        {
            host.Journal.Record(Some.Checkpoint(stream, stream));
        }

        Assert.True(host.Flush());
        var disk = host.Disk.Copy();
        var journal = disk.List().Single(name => name.EndsWith(".journal", StringComparison.Ordinal) && disk.Files[name].Length > 0);
        Assert.True(disk.Files[journal].Length > 4 << 20);
        Assert.Equal(15_000, JournalRecovery.Recover(disk).Table.Streams.Count);

        ChangeLine(disk, journal, 9_000, line => line.Replace("orders", "ordres", StringComparison.Ordinal));

        var recovered = JournalRecovery.Recover(disk);
        Assert.Equal(
            (9_000, "its checksum does not match its content"), (Assert.Single(recovered.Damages).Line, recovered.Damages[0].Reason));
        Assert.Equal(8_999, recovered.Table.Streams.Count);
    }

    [Fact]
    public void A_missing_line_counts_as_damage()
    {
        var disk = TwoGenerations();
        ChangeLine(disk, SecondJournal, 2, _ => null);

        var recovered = JournalRecovery.Recover(disk);

        Assert.Contains("lines are missing", Assert.Single(recovered.Damages).Reason, StringComparison.Ordinal);
        Assert.Equal(200, recovered.Table.Streams[new StreamId(1)].Committed);
    }

    [Fact]
    public void A_damaged_snapshot_is_replaced_by_the_generation_before_and_both_journals()
    {
        var disk = TwoGenerations();
        ChangeLine(disk, SecondSnapshot, 2, line => line.Replace("orders", "ordres", StringComparison.Ordinal));

        var host = new JournalHost(disk);

        Assert.Empty(host.Log.Of(2300));
        Assert.Equal(400, host.Recover().Table.Streams[new StreamId(1)].Committed);
        Assert.Equal(50, host.Recover().Table.Streams[new StreamId(2)].Committed);
        Assert.Contains(SecondSnapshot + ".corrupt", disk.List());
        Assert.Contains(FirstSnapshot, disk.List());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_snapshot_that_is_cut_short_at_a_line_end_is_not_whole(int lines)
    {
        var disk = TwoGenerations();
        var text = Encoding.UTF8.GetString(disk.Files[SecondSnapshot]).Split('\n');
        disk.Put(SecondSnapshot, Encoding.UTF8.GetBytes(string.Concat(text.Take(lines).Select(line => line + "\n"))));

        var recovered = JournalRecovery.Recover(disk);

        Assert.Equal(2, recovered.BaseGeneration);
        Assert.False(Assert.Single(recovered.Damages).IsTorn);
    }

    [Fact]
    public void A_journal_under_the_name_of_another_generation_is_not_applied()
    {
        var disk = TwoGenerations();
        disk.Put(SecondJournal, disk.Files[FirstJournal]);

        var recovered = JournalRecovery.Recover(disk);

        Assert.Single(recovered.Damages);
        Assert.Equal(100, recovered.Table.Streams[new StreamId(1)].Committed);
    }

    [Fact]
    public void When_no_snapshot_is_whole_the_start_is_refused_and_nothing_is_touched()
    {
        var disk = TwoGenerations();
        disk.Put(FirstSnapshot, []);
        disk.Put(SecondSnapshot, "junk"u8.ToArray());
        var before = disk.Files;

        var exception = Assert.Throws<CheckpointsUnusableException>(() => new JournalHost(disk));

        Assert.Contains(SecondSnapshot, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Restore the files from a backup", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, disk.Files);
    }

    [Theory]
    [InlineData("checkpoints.0000000004.journal", "{}\n")]
    [InlineData("checkpoints.0000000004.snapshot.corrupt", "")]
    public void Checkpoints_without_any_snapshot_are_refused(string name, string content)
    {
        var disk = new InMemoryStateDirectory();
        disk.Put(name, Encoding.UTF8.GetBytes(content));

        Assert.Throws<CheckpointsUnusableException>(() => JournalRecovery.Recover(disk));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_not_taken_for_damaged()
    {
        var disk = TwoGenerations();
        disk.Fault = (_, name) =>
        {
            if (name == SecondSnapshot)
            {
                throw new UnauthorizedAccessException("Permission denied.");
            }
        };

        var exception = Assert.Throws<CheckpointsUnusableException>(() => JournalRecovery.Recover(disk));
        Assert.Contains("cannot be read: Permission denied.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_a_newer_version_is_refused_rather_than_set_aside()
    {
        var disk = TwoGenerations();
        ChangeLine(disk, SecondSnapshot, 1, line =>
            JournalLineTests.Signed(
                line[..line.IndexOf(",\"crc\"", StringComparison.Ordinal)]
                    .Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal)));

        var exception = Assert.Throws<CheckpointsUnusableException>(() => JournalRecovery.Recover(disk));
        Assert.Contains("a newer tailshipper wrote it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_numbers_beyond_the_damage_are_not_given_again()
    {
        var disk = TwoGenerations();
        ChangeLine(disk, SecondJournal, 1, line => line.Replace("200", "201", StringComparison.Ordinal));

        // The margin alone must not be what saves it.
        var host = new JournalHost(disk, new JournalLimits { StreamsPerGeneration = 1 });

        Assert.Equal(101, host.Journal.NextStream().Number);
    }

    // First: stream 1 at 0..100, stream 2 at 50. Second: stream 1 at 200, 300, 400; stream 100 came and went.
    private static InMemoryStateDirectory TwoGenerations()
    {
        var limits = new JournalLimits { StreamsPerGeneration = 0 };
        var first = new JournalHost(limits: limits);
        first.Journal.Record(Some.Checkpoint(1, 0));
        first.Journal.Record(Some.Checkpoint(2, 50));
        first.Flush();
        first.Journal.Record(Some.Checkpoint(1, 100));
        first.Close();
        var second = new JournalHost(first.Disk, limits, first.Clock);
        foreach (var committed in (long[])[200, 300, 400])
        {
            if (committed == 400)
            {
                second.Journal.Record(Some.Checkpoint(100, 1));
                second.Flush();
                second.Journal.Forget(new StreamId(100));
            }

            second.Journal.Record(Some.Checkpoint(1, committed));
            second.Flush();
        }

        return second.Disk.Copy();
    }

    private static void ChangeLine(InMemoryStateDirectory disk, string file, int number, Func<string, string?> change)
    {
        var lines = Encoding.UTF8.GetString(disk.Files[file]).Split('\n').ToList();
        var changed = change(lines[number - 1]);
        Assert.NotEqual(lines[number - 1], changed);
        if (changed is null)
        {
            lines.RemoveAt(number - 1);
        }
        else
        {
            lines[number - 1] = changed;
        }

        disk.Put(file, Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
