using System.IO.Compression;
using System.Text;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>
/// Whoever answers in place of the service, a proxy or somebody on the way, is not followed, is given no password, settles nothing, and is
/// not listened to for long.
/// </summary>
public sealed class HostileAnswerTests
{
    // An answer may be 8 MiB long, and some is on the way when the client stops to read.
    private const long MostRead = 24L * 1024 * 1024;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n";

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("303 See Other")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task A_redirect_is_not_followed(string status)
    {
        await using var elsewhere = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(3)));
        var answer = await Wire.AnswerAsync(status, "", 3, $"Location: {elsewhere.Url}");
        Assert.Equal(int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture), answer.Status);
        Assert.Equal(0, elsewhere.Connections);
    }

    [Theory]
    [InlineData("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"")]
    [InlineData("401 Unauthorized", "WWW-Authenticate: Negotiate")]
    [InlineData("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"x\"")]
    public async Task Whoever_asks_for_a_password_is_given_none(string status, string challenge)
    {
        var seen = new List<ScriptedRequest>();
        await using var server = ScriptedServer.Answering((connection, _) => connection.AnswerAsync(status, "", challenge), seen);
        await using var wire = new Wire(server.Url);
        await wire.Client.PutAsync(StubBody.Of(3), TestContext.Current.CancellationToken);
        var request = Assert.Single(seen);
        Assert.StartsWith("AWS4-HMAC-SHA256 ", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-Authorization", request.Headers.Keys);
    }

    [Theory]
    [InlineData("Content-Length: 2000000000\r\n\r\n", "x")]
    [InlineData("\r\n", "x")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "chunks")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "brackets")]
    [InlineData("Content-Length: 2000000000\r\n\r\n", "[")]
    [InlineData("", "X-More: and more\r\n")]
    public async Task An_answer_without_end_settles_nothing_and_is_not_read_to_its_end(string head, string repeated)
    {
        var piece = repeated switch
        {
            "chunks" => string.Concat(Enumerable.Repeat("1\r\nx\r\n", 2000)),
            "brackets" => "2710\r\n" + new string('[', 10_000) + "\r\n",
            _ => string.Concat(Enumerable.Repeat(repeated, 10_000 / repeated.Length)),
        };
        var sent = 0L;
        var ended = new TaskCompletionSource();
        await using var server = new ScriptedServer(async connection =>
        {
            try
            {
                await connection.ReadRequestAsync();
                await connection.SendAsync(Ok + head);
                while (sent < 10 * MostRead)
                {
                    await connection.SendAsync(piece);
                    sent += piece.Length / (repeated == "chunks" ? 6 : 1); // of six bytes one is content
                }
            }
            finally
            {
                ended.TrySetResult();
            }
        });
        await using (var wire = new Wire(server.Url))
        {
            var answer = await wire.Client.PutAsync(StubBody.Of(3), TestContext.Current.CancellationToken);
            Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
        }

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.InRange(sent, 0, MostRead);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var mebibyte = 0; mebibyte < 256; mebibyte++)
            {
                gzip.Write(zeros);
            }
        }

        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync($"{Ok}Content-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
            await connection.SendBytesAsync(packed.ToArray());
        });
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
        Assert.Contains("not valid JSON", answer.Message, StringComparison.Ordinal); // and not: longer than any answer
    }

    [Fact]
    public async Task Interim_answers_do_not_keep_a_call_from_its_answer()
    {
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)));
            await connection.AnswerAsync("200 OK", Wire.Accepted(3));
        });
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task An_answer_of_another_length_than_it_says_settles_nothing_or_is_cut_there(int beyond)
    {
        var body = Wire.Accepted(3);
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync($"{Ok}Content-Length: {Encoding.UTF8.GetByteCount(body) + beyond}\r\n\r\n{body}");
            connection.Close();
        });
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Theory]
    [InlineData("""{"FailedPutCount":-3,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""")]
    [InlineData("""{"FailedPutCount":1e99,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""")]
    [InlineData("""{"FailedPutCount":99999999999999999999,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""")]
    public async Task A_count_that_none_can_be_settles_nothing(string body)
    {
        var answer = await Wire.AnswerAsync("200 OK", body);
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }
}
