using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.ObjectStorage.Tests;

/// <summary>Against an S3 made by others.</summary>
public sealed class S3StoreTests : IAsyncLifetime
{
    private S3Server _server = null!;

    public async ValueTask InitializeAsync() => _server = await S3Server.StartAsync();

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Objects_below_a_prefix_are_listed_by_key_with_size_and_etag()
    {
        await _server.PutAsync("orders/2026/b", "two"u8.ToArray());
        await _server.PutAsync("orders/2026/a", "one!"u8.ToArray());
        await _server.PutAsync("orders-old/a", "other"u8.ToArray());
        using var store = Store("s3://orders-bucket/orders");

        var found = await store.ListAsync(default);

        Assert.Equal(["orders/2026/a", "orders/2026/b"], found.Select(item => item.Name));
        Assert.Equal([4, 3], found.Select(item => item.Size));
        Assert.Equal(Md5("one!"), found[0].ETag);
    }

    [Fact]
    public async Task An_asterisk_takes_every_key_that_begins_so()
    {
        await _server.PutAsync("orders2026/a", "a"u8.ToArray());
        await _server.PutAsync("orders-old/a", "b"u8.ToArray());
        using var store = Store("s3://orders-bucket/orders*");
        Assert.Equal(["orders-old/a", "orders2026/a"], (await store.ListAsync(default)).Select(item => item.Name));
    }

    [Fact]
    public async Task Keys_that_hive_would_leave_out_are_left_out()
    {
        await _server.PutAsync("a/_temporary/x", "a"u8.ToArray());
        await _server.PutAsync("a/.hidden", "b"u8.ToArray());
        await _server.PutAsync("a/seen", "c"u8.ToArray());
        using var store = Store("s3://orders-bucket/a/");
        Assert.Equal(["a/seen"], (await store.ListAsync(default)).Select(item => item.Name));
    }

    [Fact]
    public async Task More_objects_than_a_page_holds_are_all_listed()
    {
        var keys = Enumerable.Range(0, 1005).Select(number => $"many/{number:D4}").ToList();
        await Parallel.ForEachAsync(keys, async (key, _) => await _server.PutAsync(key, [1]));
        using var store = Store("s3://orders-bucket/many");
        Assert.Equal(keys, (await store.ListAsync(default)).Select(item => item.Name));
    }

    [Fact]
    public async Task A_prefix_without_objects_is_an_empty_list()
    {
        using var store = Store("s3://orders-bucket/none");
        Assert.Empty(await store.ListAsync(default));
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_one_clear_error()
    {
        using var store = Store("s3://no-such-bucket/orders");
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ListAsync(default));
        Assert.Contains("the bucket no-such-bucket does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_nobody_listens_at_is_one_clear_error()
    {
        var gone = new Uri("http://127.0.0.1:9/");
        using var store = new S3Store(_server.Connect(gone, retries: 0), Location("s3://orders-bucket"), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ListAsync(default));
        Assert.Contains("check the network and the endpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_is_read_as_it_is_stored()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await _server.PutAsync("a", content);
        using var store = Store("s3://orders-bucket");
        Assert.Equal(content, await ReadAsync(store));
    }

    [Fact]
    public async Task A_broken_connection_is_continued_where_it_broke()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await _server.PutAsync("a", content);
        using var front = new CuttingFront(_server.Url, bytes: 700_000, cuts: 3);
        using var store = Store("s3://orders-bucket", front.Url);

        Assert.Equal(content, await ReadAsync(store));
        Assert.Equal(3, front.Cuts);
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_an_error_and_no_mixture()
    {
        await _server.PutAsync("a", new byte[3_000_000]);
        using var front = new CuttingFront(_server.Url, bytes: 700_000, cuts: 1);
        using var store = Store("s3://orders-bucket", front.Url);
        var item = Assert.Single(await store.ListAsync(default));
        await using var stream = await store.OpenAsync(item, default);
        await _server.PutAsync("a", Enumerable.Repeat((byte)1, 3_000_000).ToArray());

        var error = Assert.Throws<ObjectChangedException>(() => stream.CopyTo(Stream.Null));
        Assert.Contains("was replaced since it was listed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_gone_is_named()
    {
        await _server.PutAsync("a", [1]);
        using var store = Store("s3://orders-bucket");
        var item = Assert.Single(await store.ListAsync(default));
        using (var client = _server.Connect())
        {
            await client.DeleteObjectAsync(S3Server.Bucket, "a");
        }

        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => store.OpenAsync(item, default));
        Assert.Contains("s3://orders-bucket/a is gone", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://", "\"\" is no name of a bucket")]
    [InlineData("s3://A/b", "\"A\" is no name of a bucket")]
    [InlineData("s3://my_bucket/b", "write s3://bucket or s3://bucket/prefix")]
    public void What_is_no_bucket_is_refused_with_the_way_to_write_it(string place, string part) =>
        Assert.Contains(
            part,
            Assert.Throws<ObjectStoreException>(() => ObjectStores.Open(place, new S3Access(), TimeProvider.System)).Message,
            StringComparison.Ordinal);

    private static S3Location Location(string place) => S3Location.Parse(place, out _)!;

    private static async Task<byte[]> ReadAsync(S3Store store)
    {
        await using var stream = await store.OpenAsync(Assert.Single(await store.ListAsync(default)), default);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

#pragma warning disable CA5351 // S3's ETag is an MD5.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private S3Store Store(string place, Uri? through = null) => new(_server.Connect(through), Location(place), TimeProvider.System);
}
