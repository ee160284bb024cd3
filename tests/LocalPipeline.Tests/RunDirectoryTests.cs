using Shipper.Foundation.Hosting;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_run_clears_what_the_first_wrote_and_nothing_else()
    {
        using (var first = RunDirectory.Open(_directory.At("data"), default))
        {
            Assert.False(first.Cleared);
            File.WriteAllText(Path.Combine(first.Orders, "old.log"), "old\n");
            Directory.CreateDirectory(Path.Combine(first.S3, "bucket"));
            _directory.Write("data/notes.txt", "mine");
        }

        using var second = RunDirectory.Open(_directory.At("data"), default);
        Assert.True(second.Cleared);
        Assert.Empty(Directory.GetFiles(second.Orders));
        Assert.False(Directory.Exists(second.S3));
        Assert.True(File.Exists(_directory.At("data/notes.txt")));
    }

    [Fact]
    public void The_command_to_look_at_an_object_names_the_newest()
    {
        using var run = RunDirectory.Open(_directory.At("data"), default);
        Assert.Null(run.LookAtAnObject());
        Directory.CreateDirectory(_directory.At("data/s3/bucket/2026"));
        _directory.Write("data/s3/bucket/2026/orders-1-2026-11-29-10-00-00-ffff", "old\n");
        _directory.Write("data/s3/bucket/2026/orders-1-2026-11-29-10-00-02-0000", "new\n");
        Assert.Equal(
            $"zgrep -m 3 . '{_directory.At("data/s3/bucket/2026/orders-1-2026-11-29-10-00-02-0000")}'", run.LookAtAnObject());
    }

    [Fact]
    public void A_directory_with_other_files_is_not_changed()
    {
        _directory.Write("precious.txt", "mine");
        var exception = Assert.Throws<ForeignDirectoryException>(() => RunDirectory.Open(_directory.Root, default));
        Assert.Contains("is not empty", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["precious.txt"], Directory.GetFileSystemEntries(_directory.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Two_runs_never_share_a_directory()
    {
        using var first = RunDirectory.Open(_directory.At("data"), default);
        Assert.Throws<AlreadyRunningException>(() => RunDirectory.Open(_directory.At("data"), default));
        Assert.True(Directory.Exists(first.Orders));
    }
}
