using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>The metadata service of an instance, played by a listener on this machine.</summary>
public sealed class InstanceMetadataTests : IDisposable
{
    private const string Document =
        """
        {"privateIp":"10.0.0.5","availabilityZone":"eu-west-1a","instanceId":"i-0123456789abcdef0","instanceType":"t3.micro",
        "accountId":"123456789012","imageId":"ami-1","region":"eu-west-1"}
        """;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly HttpListener _service = new();
    private readonly Uri _address;
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _asked = [];
    private bool _hasTags = true;

    public InstanceMetadataTests()
    {
        var port = FreePort();
        _address = new Uri($"http://127.0.0.1:{port}/");
        _service.Prefixes.Add(_address.ToString());
        _service.Start();
        _ = ServeAsync();
    }

    [Fact]
    public async Task A_token_is_asked_for_first_and_sent_with_every_question()
    {
        using var metadata = new InstanceMetadata(_address, _clock, NullLogger.Instance);
        Assert.Null(metadata.NotOlderThan(Hour));
        await metadata.RefreshAsync();

        var known = metadata.NotOlderThan(Hour)!;
        Assert.Equal(("i-0123456789abcdef0", "eu-west-1", "ami-1"), (known.InstanceId, known.Region, known.AmiId));
        Assert.Equal([new("Name", "web 1"), new("team/x", "orders")], known.Tags);
        Assert.Equal("PUT /latest/api/token", _asked[0]);
        Assert.All(_asked.Skip(1), asked => Assert.EndsWith(" with TOKEN", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_whose_tags_may_not_be_read_has_none()
    {
        _hasTags = false;
        using var metadata = new InstanceMetadata(_address, _clock, NullLogger.Instance);
        await metadata.RefreshAsync();

        Assert.Empty(metadata.NotOlderThan(Hour)!.Tags);
    }

    [Fact]
    public async Task An_answer_that_is_too_old_is_asked_for_again_and_stays_until_there_is_a_new_one()
    {
        using var metadata = new InstanceMetadata(_address, _clock, NullLogger.Instance);
        await metadata.RefreshAsync();
        var (first, asked) = (metadata.NotOlderThan(Hour), _asked.Count);
        Assert.Same(first, metadata.NotOlderThan(Hour));
        Assert.Equal(asked, _asked.Count);

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Same(first, metadata.NotOlderThan(Hour));
        await metadata.RefreshAsync();

        Assert.NotSame(first, metadata.NotOlderThan(Hour));
    }

    [Fact]
    public async Task Where_there_is_none_that_is_said_and_asked_again_a_minute_later()
    {
        _service.Stop();
        var log = new RecordingLogger<InstanceMetadata>();
        using var metadata = new InstanceMetadata(_address, _clock, log);
        await metadata.RefreshAsync();
        await metadata.RefreshAsync();

        Assert.Null(metadata.NotOlderThan(Hour));
        var entry = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Warning, entry.Level);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await metadata.RefreshAsync();
        Assert.Equal(2, log.Entries.Count);
    }

    [Theory]
    [InlineData(null, InstanceMetadata.Address)]
    [InlineData("http://[fd00:ec2::254]/", "http://[fd00:ec2::254]/")]
    [InlineData("file:///etc/passwd", InstanceMetadata.Address)]
    [InlineData("nonsense", InstanceMetadata.Address)]
    public void The_environment_may_name_another_address(string? named, string expected) =>
        Assert.Equal(expected, InstanceMetadata.AddressFrom(_ => named).ToString());

    public void Dispose() => _service.Close();

    private async Task ServeAsync()
    {
        while (_service.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _service.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var (request, path) = (context.Request, context.Request.RawUrl!);
            lock (_asked)
            {
                _asked.Add($"{request.HttpMethod} {path}"
                    + (request.Headers["X-aws-ec2-metadata-token"] is { } token ? $" with {token}" : ""));
            }

            var answer = path switch
            {
                "/latest/api/token" when request.Headers["X-aws-ec2-metadata-token-ttl-seconds"] == "300" => "TOKEN",
                "/latest/dynamic/instance-identity/document" => Document,
                "/latest/meta-data/tags/instance" when _hasTags => "Name\nteam/x",
                "/latest/meta-data/tags/instance/Name" => "web 1",
                "/latest/meta-data/tags/instance/team%2Fx" => "orders",
                _ => null,
            };
            context.Response.StatusCode = answer is null ? 404 : 200;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer ?? ""));
            context.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
