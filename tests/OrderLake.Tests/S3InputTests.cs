using Amazon.S3;
using Shipper.Foundation.Hosting;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>Raw objects in an S3 made by others.</summary>
[Collection("console")]
public sealed class S3InputTests : IAsyncLifetime
{
    private readonly TemporaryLake _lake = new();
    private S3Server _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        foreach (var (name, value) in S3Server.Environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Objects_are_taken_once_whether_plain_or_gzip()
    {
        await _server.PutAsync("orders/a", TemporaryLake.Gzip(OrderLine.Valid + "\n"));
        await _server.PutAsync("orders/b", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid + "\n"));
        Assert.Equal(ExitCodes.Success, await TransformAsync("s3://orders-bucket/orders"));
        await _server.PutAsync("orders/c", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid + "\n"));
        Assert.Equal(ExitCodes.Success, await TransformAsync("s3://orders-bucket/orders"));

        Assert.Equal(["3"], _lake.Ask("select count(*) from {orders}"));
        Assert.Equal(["orders/a", "orders/b", "orders/c"], _lake.Ask("select name from {objects} order by name"));
    }

    [Fact]
    public async Task An_object_with_the_same_size_and_another_etag_is_reported_as_changed()
    {
        await _server.PutAsync("a", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid + "\n"));
        Assert.Equal(ExitCodes.Success, await TransformAsync("s3://orders-bucket"));
        await _server.PutAsync("a", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid.Replace('1', '2') + "\n"));
        Assert.Equal(LakeExitCodes.DamagedObjects, await TransformAsync("s3://orders-bucket"));
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_exits_with_66() =>
        Assert.Equal(LakeExitCodes.NoInput, await TransformAsync("s3://no-such-bucket/orders"));

    [Fact]
    public async Task An_object_that_vanishes_while_it_is_read_is_named_and_the_rest_is_committed()
    {
        await _server.PutAsync("a", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid + "\n"));
        await _server.PutAsync("b", System.Text.Encoding.UTF8.GetBytes(OrderLine.Valid + "\n"));
        using var store = new S3Store(
            _server.Connect(), S3Location.Parse("s3://orders-bucket", out _)!, TimeProvider.System);

        var report = await _lake.TransformAsync(store: new VanishingStore(store, _server));

        Assert.Equal(1, report.Taken);
        Assert.Equal(("b", "vanished"), Assert.Single(report.Problems.Select(problem => (problem.Object, problem.Reason))));
    }

    private Task<int> TransformAsync(string input) => CommandRun.InvokeAsync(
        "transform", "history", "--input", input, "--endpoint", _server.Url.AbsoluteUri, "--lake", _lake.Lake);

    /// <summary>Deletes an object after it was listed.</summary>
    private sealed class VanishingStore(IObjectStore inner, S3Server server) : IObjectStore
    {
        public string DisplayName => inner.DisplayName;

        public async Task<IReadOnlyList<StoredObject>> ListAsync(CancellationToken stopping)
        {
            var found = await inner.ListAsync(stopping);
            using var client = server.Connect();
            await client.DeleteObjectAsync(S3Server.Bucket, "b", stopping);
            return found;
        }

        public Task<Stream> OpenAsync(StoredObject item, CancellationToken stopping) => inner.OpenAsync(item, stopping);
    }
}
