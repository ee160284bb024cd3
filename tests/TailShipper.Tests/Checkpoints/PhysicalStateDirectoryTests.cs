using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints.Journal;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class PhysicalStateDirectoryTests : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "shipper-" + Guid.NewGuid().ToString("N"));
    private readonly PhysicalStateDirectory _directory;

    public PhysicalStateDirectoryTests() => _directory = new PhysicalStateDirectory(Path.Combine(_root, "state"));

    public void Dispose()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    [Fact]
    public void A_directory_that_does_not_exist_is_empty_and_stays_away()
    {
        Assert.Empty(_directory.List());
        _directory.Delete("nothing");
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public void A_file_is_created_appended_synced_renamed_read_and_deleted()
    {
        using (var file = _directory.Create("a"))
        {
            file.Append("one "u8);
            file.Append("two"u8);
            file.Sync();
            Assert.Equal("one two"u8.ToArray(), _directory.Read("a", 100));
            _directory.Rename("a", "b");
        }

        _directory.Sync();
        Assert.Equal(["b"], _directory.List());
        Assert.Throws<FileNotFoundException>(() => _directory.Read("a", 100));
        _directory.Delete("b");
        _directory.Delete("b");
        Assert.Empty(_directory.List());
    }

    [Fact]
    public void Rename_replaces_and_create_does_not()
    {
        _directory.WriteAtomically("a", "old"u8);
        _directory.WriteAtomically("a", "new"u8);

        Assert.Equal("new"u8.ToArray(), _directory.Read("a", 100));
        Assert.Throws<IOException>(() => _directory.Create("a"));
        Assert.Equal(["a"], _directory.List());
    }

    [Fact]
    public void Others_may_not_read_what_is_in_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows inherits access lists");
        _directory.WriteAtomically("a", "x"u8);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(PrivateFiles.DirectoryMode, File.GetUnixFileMode(_directory.Name));
            Assert.Equal(PrivateFiles.FileMode, File.GetUnixFileMode(Path.Combine(_directory.Name, "a")));
        }
    }

    [Fact]
    public void A_sync_that_the_kernel_refuses_says_so_in_words()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "errno is Linux's");
        var exception = Assert.Throws<IOException>(() => _directory.Sync());

        Assert.Contains("No such file or directory", exception.Message, StringComparison.Ordinal);
        Assert.Contains(_directory.Name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_on_a_real_disk_is_read_back_by_the_next_and_by_a_looker_on()
    {
        await using (var journal = CheckpointJournal.Open(_directory, TimeProvider.System, NullLogger<CheckpointJournal>.Instance))
        {
            var stream = journal.NextStream();
            journal.Record(Some.Checkpoint(stream.Number, 10));
            Assert.True(await journal.FlushAsync(CancellationToken.None));
            journal.Record(Some.Checkpoint(stream.Number, 20));
            Assert.True(await journal.FlushAsync(CancellationToken.None));
            Assert.Equal(20, Assert.Single(CheckpointReader.Read(_directory).Streams).Committed);
            journal.Record(Some.Checkpoint(stream.Number, 30));
        }

        await using var next = CheckpointJournal.Open(_directory, TimeProvider.System, NullLogger<CheckpointJournal>.Instance);
        Assert.Equal(30, Assert.Single(next.Of("orders")).Committed);
    }
}
