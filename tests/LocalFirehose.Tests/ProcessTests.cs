using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_accepted_before_kill_9_is_delivered_after_the_next_start()
    {
        using (var killed = Run())
        {
            await PutAsync(await killed.UrlAsync(), "one\n", "two\n");
            killed.Kill();
            await killed.ExitAsync();
        }

        using var next = Run();
        await next.UrlAsync();
        next.Terminate();
        Assert.Equal(0, (await next.ExitAsync()).ExitCode);
        var path = Assert.Single(Directory.GetFiles(_directory.At("data/s3"), "*", SearchOption.AllDirectories));
        Assert.Equal("one\ntwo\n", await File.ReadAllTextAsync(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task SIGTERM_delivers_everything_and_exits_with_0_and_the_url_file_has_the_port()
    {
        using var service = Run("--set", $"LocalFirehose:UrlFile={_directory.At("run/url")}");
        var url = await service.UrlAsync();
        Assert.Equal(url + "\n", await File.ReadAllTextAsync(_directory.At("run/url")));
        await PutAsync(url, "bye\n");
        service.Terminate();
        Assert.Equal(0, (await service.ExitAsync()).ExitCode);
        Assert.Single(Directory.GetFiles(_directory.At("data/s3"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_second_instance_on_the_same_directory_exits_with_75()
    {
        using var first = Run();
        await first.UrlAsync();
        using var second = Run();
        var (exitCode, error) = await second.ExitAsync();
        Assert.Equal(75, exitCode);
        Assert.Contains("another instance uses", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_exits_with_1_and_a_clear_message()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var service = Run("--set", $"LocalFirehose:Port={((IPEndPoint)other.LocalEndpoint).Port}");
        var (exitCode, error) = await service.ExitAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("is in use; stop the process that uses it, or set LocalFirehose:Port", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_reports_every_configuration_problem_with_78()
    {
        using var service = ServiceProcess.Start("check", "--set", "LocalFirehose:Port=-1", "--set", "LocalFirehose:Prot=1");
        var (exitCode, error) = await service.ExitAsync();
        Assert.Equal(78, exitCode);
        Assert.Contains("LocalFirehose:Port", error, StringComparison.Ordinal);
        Assert.Contains("Did you mean Port", error, StringComparison.Ordinal);
    }

    private static async Task PutAsync(string url, params string[] records)
    {
        var body = Encoding.UTF8.GetBytes(Bodies.Batch("orders", records));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", "Firehose_20150804.PutRecordBatch");
        new RequestSigner().Sign(request, body, TimeProvider.System.GetUtcNow());
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private ServiceProcess Run(params string[] more) => ServiceProcess.Start(
    [
        "--set", "LocalFirehose:Port=0",
        "--set", $"LocalFirehose:DataDirectory={_directory.At("data")}",
        "--set", "LocalFirehose:Streams:0:Name=orders",
        "--set", "LocalFirehose:Streams:0:Bucket=lake",
        .. more,
    ]);
}
