using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Page;

/// <summary>
/// Answers a browser on this machine with what the service's socket says: the page, the status and the history, and nothing that changes
/// anything. Every user of the machine can reach a loopback port, so that the address has a secret word, without which nothing is answered.
/// </summary>
/// <param name="setup">The configuration.</param>
/// <param name="token">The word, of characters that need no escape in an address.</param>
internal sealed class PageRelay(ShipperSetup setup, string token)
{
    private const int TokenBytes = 16;
    private const int UsualFiles = 20;
    private const int MostFiles = 1000;

    /// <summary>A word of 128 random bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>Answers one request.</summary>
    public async ValueTask<EndpointAnswer> AnswerAsync(EndpointRequest request, CancellationToken cancellation)
    {
        var slash = request.Path.IndexOf('/', 1);
        var word = slash < 0 ? request.Path[1..] : request.Path[1..slash];
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(word), Encoding.UTF8.GetBytes(token)))
        {
            return new EndpointAnswer(403, "open the whole address that tailshipper page printed\n");
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            return new EndpointAnswer(405, "ask with GET: nothing is changed here\n");
        }

        return (slash < 0 ? "" : request.Path[slash..]) switch
        {
            "/status" => await StatusAsync(Files(request), cancellation),
            "/history" => await HistoryAsync(cancellation),
            var path => PageFiles.Find(path) ?? new EndpointAnswer(404, "there is nothing; the address ends with a slash\n"),
        };
    }

    private static int Files(EndpointRequest request) =>
        int.TryParse(request.Query.GetValueOrDefault("files"), NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? Math.Min(files, MostFiles)
            : UsualFiles;

    private async Task<EndpointAnswer> StatusAsync(int files, CancellationToken cancellation)
    {
        var (status, problem) = await StatusQuery.AskAsync(setup, files, TimeProvider.System, cancellation);
        return status is null
            ? new EndpointAnswer(503, problem + "\n")
            : new EndpointAnswer(200, StatusJson.Write(status) + "\n", EndpointAnswer.Json);
    }

    private async Task<EndpointAnswer> HistoryAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = EndpointClient.For(setup.Options);
            var (status, text) = await client.AskAsync(HttpMethod.Get, "history", cancellation);
            return new EndpointAnswer(status, text, status == 200 ? EndpointAnswer.Json : EndpointAnswer.Text);
        }
        catch (EndpointUnavailableException exception)
        {
            return new EndpointAnswer(503, exception.Message + "\n");
        }
    }
}
