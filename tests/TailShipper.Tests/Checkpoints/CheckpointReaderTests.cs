using Shipper.TailShipper.Checkpoints.Journal;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class CheckpointReaderTests
{
    [Fact]
    public void A_directory_without_checkpoints_gives_an_empty_view()
    {
        var view = CheckpointReader.Read(new InMemoryStateDirectory());

        Assert.Equal(0, view.Generation);
        Assert.Empty(view.Streams);
    }

    [Fact]
    public void Looking_on_while_a_line_is_being_written_shows_the_lines_before_and_changes_nothing()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(2, 20));
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Flush();
        host.Journal.Record(Some.Checkpoint(1, 11));
        host.Disk.Capacity = host.Disk.Files.Sum(file => file.Value.Length) + 20;
        host.Flush();
        var disk = host.Disk;
        disk.Operations.Clear();

        var view = CheckpointReader.Read(disk);

        Assert.Equal([10, 20], view.Streams.Select(stream => stream.Committed));
        Assert.Empty(view.Damages);
        Assert.Empty(disk.Operations);
    }

    [Fact]
    public void A_compaction_during_the_reading_only_means_reading_again()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Close();
        var (disk, restarts) = (host.Disk, 0);
        disk.Fault = (operation, name) =>
        {
            if (operation == "read" && restarts++ < 2)
            {
                // Two generations later what was listed is gone.
                disk.Fault = null;
                new JournalHost(disk).Close();
                new JournalHost(disk).Close();
            }
        };

        Assert.Equal(10, Assert.Single(CheckpointReader.Read(disk).Streams).Committed);
        Assert.Equal(1, restarts);
    }

    [Fact]
    public void A_damaged_file_is_named_and_left_where_it_is()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 10));
        host.Close();
        host.Disk.Put("checkpoints.0000000002.journal", "junk\n"u8.ToArray());

        Assert.Equal("checkpoints.0000000002.journal", Assert.Single(CheckpointReader.Read(host.Disk).Damages).File);
        Assert.Contains("checkpoints.0000000002.journal", host.Disk.List());
    }
}
