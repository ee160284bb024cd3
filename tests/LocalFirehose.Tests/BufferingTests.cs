using System.IO.Compression;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class BufferingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_object_appears_when_its_first_record_is_as_old_as_the_interval()
    {
        await using var server = await Start(stream => stream.BufferSeconds = 60);
        await server.PutAsync("one\n");
        server.Clock.Advance(TimeSpan.FromSeconds(59));
        await server.PutAsync("two\n");
        await server.DeliverDueAsync();
        Assert.Empty(server.Keys());

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await server.DeliverDueAsync();
        Assert.Equal("one\ntwo\n", server.ReadObject(Assert.Single(server.Keys())));
    }

    [Fact]
    public async Task An_interval_of_zero_delivers_in_the_next_round()
    {
        await using var server = await Start(stream => stream.BufferSeconds = 0);
        await server.PutAsync("one\n");
        await server.DeliverDueAsync();
        Assert.Single(server.Keys());
    }

    [Fact]
    public async Task An_object_appears_at_its_size_regardless_of_its_age()
    {
        await using var server = await Start(stream => stream.BufferSizeMiB = 1);
        await server.PutAsync(new string('x', 1_000_000));
        await server.DeliverDueAsync();
        Assert.Empty(server.Keys());
        await server.PutAsync(new string('y', 48_576));
        await server.DeliverDueAsync();
        Assert.Equal(1024 * 1024, server.ReadObject(Assert.Single(server.Keys())).Length);
    }

    [Fact]
    public async Task A_gzip_object_decompresses_to_the_records()
    {
        await using var server = await Start(stream => stream.Compression = Compression.Gzip);
        await server.PutAsync("one\n", "two\n");
        await server.FlushAsync();
        var key = Assert.Single(server.Keys());
        Assert.EndsWith(".gz", key, StringComparison.Ordinal);
        using var text = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(server.Host.S3, key)), CompressionMode.Decompress));
        Assert.Equal("one\ntwo\n", await text.ReadToEndAsync());
    }

    [Fact]
    public async Task Stopping_delivers_everything_and_leaves_no_spool()
    {
        var server = await Start(_ => { });
        await server.PutAsync("one\n");
        await server.DisposeAsync();
        Assert.Single(server.Keys());
        Assert.Empty(Directory.EnumerateFiles(_directory.At("data/spool")));
    }

    [Fact]
    public async Task A_failed_delivery_is_retried_later()
    {
        await using var server = await Start(_ => { });
        var obstacle = Path.Combine(server.Host.S3, "lake");
        await File.WriteAllTextAsync(obstacle, "a file in place of the bucket");
        await server.PutAsync("one\n");
        Assert.Equal(new FlushResult(0, 1), await server.FlushAsync());
        File.Delete(obstacle);

        await server.DeliverDueAsync();
        Assert.Empty(server.Keys());
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        await server.DeliverDueAsync();
        Assert.Equal("one\n", server.ReadObject(Assert.Single(server.Keys())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_beyond_the_committed_length_are_truncated(bool gzip)
    {
        var compression = gzip ? Compression.Gzip : Compression.Uncompressed;
        var left = Leave(compression, "accepted\n");
        File.AppendAllText(left.BytesPath, "partial rec");
        var recovered = SpoolSegment.Recover(left.CommitPath)!;
        Assert.True(Deliver(recovered));
        Assert.Equal("accepted\n", ReadObject(compression));
    }

    [Fact]
    public void A_compressed_object_is_not_delivered_twice_if_only_its_spool_is_left()
    {
        var left = Leave(Compression.Gzip, "once\n");
        var bytes = File.ReadAllBytes(left.BytesPath);
        var commit = File.ReadAllBytes(left.CommitPath);
        Assert.True(Deliver(SpoolSegment.Recover(left.CommitPath)!));

        // Killed between the rename and the deletion of the spool.
        File.WriteAllBytes(left.BytesPath, bytes);
        File.WriteAllBytes(left.CommitPath, commit);
        Assert.False(Deliver(SpoolSegment.Recover(left.CommitPath)!));
        Assert.Equal("once\n", ReadObject(Compression.Gzip));
        Assert.False(File.Exists(left.CommitPath));
    }

    [Fact]
    public void A_plain_object_is_not_delivered_twice_if_only_its_commit_file_is_left()
    {
        var left = Leave(Compression.Uncompressed, "once\n");
        var commit = File.ReadAllBytes(left.CommitPath);
        Assert.True(Deliver(SpoolSegment.Recover(left.CommitPath)!));
        File.WriteAllBytes(left.CommitPath, commit);
        Assert.False(Deliver(SpoolSegment.Recover(left.CommitPath)!));
        Assert.Equal("once\n", ReadObject(Compression.Uncompressed));
    }

    private SpoolSegment Leave(Compression compression, string accepted)
    {
        Directory.CreateDirectory(_directory.At("spool"));
        Directory.CreateDirectory(_directory.At("tmp"));
        var header = new SegmentHeader("orders", "lake", "p/object", compression, DateTimeOffset.UnixEpoch);
        var segment = SpoolSegment.Create(_directory.At("spool"), Guid.NewGuid(), header);
        segment.Append(System.Text.Encoding.UTF8.GetBytes(accepted));
        segment.Dispose();
        return segment;
    }

    private bool Deliver(SpoolSegment segment) => new ObjectDelivery(_directory.At("s3"), _directory.At("tmp")).Deliver(segment);

    private string ReadObject(Compression compression)
    {
        using Stream file = File.OpenRead(_directory.At("s3/lake/p/object"));
        using var text = new StreamReader(compression == Compression.Gzip ? new GZipStream(file, CompressionMode.Decompress) : file);
        return text.ReadToEnd();
    }

    private Task<TestServer> Start(Action<StreamOptions> change) =>
        TestServer.StartAsync(options => change(options.Streams[0]), directory: _directory);
}
