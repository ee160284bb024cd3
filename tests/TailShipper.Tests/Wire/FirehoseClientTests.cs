using System.Text;
using Amazon.Runtime;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class FirehoseClientTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_carries_the_operation_and_the_body_as_it_is()
    {
        var seen = new List<ScriptedRequest>();
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(2)), seen));
        var answer = await wire.Client.PutAsync(StubBody.Of(2), Ending);

        var request = Assert.Single(seen);
        Assert.Equal("POST / HTTP/1.1", request.Line);
        Assert.Equal("application/x-amz-json-1.1", request.Headers["Content-Type"]);
        Assert.Equal("Firehose_20150804.PutRecordBatch", request.Headers["X-Amz-Target"]);
        Assert.Equal(
            "{\"DeliveryStreamName\":\"orders\",\"Records\":[{\"Data\":\"AAAAAAAAAAAA\"},{\"Data\":\"AAAAAAAAAAAA\"}]}",
            Encoding.ASCII.GetString(request.Body));
        foreach (var absent in (string[])["Expect", "Accept-Encoding", "traceparent", "Transfer-Encoding", "Cookie"])
        {
            Assert.DoesNotContain(absent, request.Headers.Keys);
        }

        Assert.Equal((200, TransportFailure.None, 0, null), (answer.Status, answer.Failure, answer.Refused.Count, answer.ErrorCode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_signature_covers_what_was_sent(bool temporary)
    {
        var seen = new List<ScriptedRequest>();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(3)), seen),
            temporary ? StubCredentials.Temporary : StubCredentials.LongTerm,
            clock);
        wire.Factory.Clock.Learn(clock.GetUtcNow() + TimeSpan.FromHours(20));
        await wire.Client.PutAsync(StubBody.Of(3, 10_000), Ending);

        var request = Assert.Single(seen);
        Assert.Equal("20260315T052653Z", request.Headers["X-Amz-Date"]);
        Assert.Equal(temporary, request.Headers.ContainsKey("X-Amz-Security-Token"));
        Assert.Equal(SdkSignature.Of(request, "eu-west-1", "firehose", StubCredentials.AccessKey, StubCredentials.SecretKey),
            request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Calls_one_after_the_other_share_a_connection()
    {
        var server = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(3)));
        await using var wire = new Wire(server);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(3), Ending)).Status);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Calls_at_the_same_time_each_get_their_own_answer()
    {
        await using var wire = new Wire(ScriptedServer.Answering(async (connection, request) =>
        {
            var records = Encoding.ASCII.GetString(request.Body).Split("\"Data\"").Length - 1;
            await connection.AnswerAsync("200 OK", Wire.Accepted(records));
        }));
        var calls = Enumerable.Range(1, 40).Select(records => wire.Client.PutAsync(StubBody.Of(records, 5_000), Ending));
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal((200, TransportFailure.None), (answer.Status, answer.Failure)));
    }

    [Fact]
    public async Task A_chunked_answer_in_dribs_and_drabs_is_read_whole()
    {
        var answer = await Wire.CallAsync(
            async connection =>
            {
                await connection.ReadRequestAsync();
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                foreach (var part in Wire.Accepted(500).Chunk(7_001))
                {
                    await connection.SendAsync($"{part.Length:x}\r\n{new string(part)}\r\n");
                }

                await connection.SendAsync("0\r\n\r\n");
            },
            StubBody.Of(500));
        Assert.Equal((200, TransportFailure.None, null), (answer.Status, answer.Failure, answer.Message));
    }

    [Fact]
    public async Task Refused_records_come_back_by_index_with_their_codes()
    {
        const string body = """
            {"FailedPutCount":2,"Encrypted":true,"RequestResponses":[
              {"ErrorCode":"ServiceUnavailableException","ErrorMessage":"Slow down."},
              {"RecordId":"a"},
              {"ErrorCode":"InternalFailure","ErrorMessage":"Later."}]}
            """;
        var answer = await Wire.AnswerAsync("200 OK", body);
        Assert.Equal([new RefusedRecord(0, "ServiceUnavailableException"), new RefusedRecord(2, "InternalFailure")], answer.Refused);
        Assert.Equal((200, TransportFailure.None, "Slow down."), (answer.Status, answer.Failure, answer.Message));
    }

    [Theory]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"}]}""", "2 records where 3")]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"},{"RecordId":"d"}]}""",
        "4 records where 3")]
    [InlineData("""{"FailedPutCount":1,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""", "contradicts itself")]
    [InlineData("""{"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""", "absent")]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{},{"RecordId":"c"}]}""", "entry 1")]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]""", "not valid JSON")]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}}""", "not valid JSON")]
    [InlineData("""{"FailedPutCount":0}""", "0 records where 3")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("<html>Welcome to the hotel's wireless network</html>", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public async Task A_200_that_leaves_a_record_in_doubt_settles_nothing(string body, string words)
    {
        var answer = await Wire.AnswerAsync("200 OK", body);
        Assert.Equal((0, TransportFailure.Ambiguous, 0), (answer.Status, answer.Failure, answer.Refused.Count));
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("503 Service Unavailable", """{"__type":"com.amazonaws.firehose#ServiceUnavailableException","message":"Slow down."}""",
        null, "ServiceUnavailableException", "Slow down.")]
    [InlineData("400 Bad Request", """{"__type":"ResourceNotFoundException","Message":"Firehose orders not found."}""",
        null, "ResourceNotFoundException", "Firehose orders not found.")]
    [InlineData("400 Bad Request", """{"message":"No."}""",
        "ThrottlingException:http://internal.amazon.com/coral/", "ThrottlingException", "No.")]
    [InlineData("400 Bad Request", """{"__type":null,"code":"RequestExpired","message":{"x":1}}""", "", "RequestExpired", null)]
    [InlineData("413 Too Large", """{"__type":"#","mess""", null, "Http413", "without an AWS error code")]
    [InlineData("503 Service Unavailable", "<html><body>squid: AKIA</body></html>", null, "Http503", "without an AWS error code")]
    [InlineData("500 Oh", "", null, "Http500", "without an AWS error code")]
    [InlineData("301 Moved", "", null, "Http301", "without an AWS error code")]
    public async Task An_error_is_named_by_body_header_or_status(string status, string body, string? header, string code, string? message)
    {
        var answer = await Wire.AnswerAsync(status, body, 3, header is null ? [] : [$"x-amzn-ErrorType: {header}"]);
        Assert.Equal((code, TransportFailure.None), (answer.ErrorCode, answer.Failure));
        Assert.Equal(int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture), answer.Status);
        Assert.Contains(message ?? "", answer.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_page_without_end_is_not_read_to_its_end()
    {
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 502 Bad Gateway\r\n\r\n");
            while (true)
            {
                await connection.SendAsync(new string('x', 10_000));
            }
        });
        Assert.Equal((502, "Http502"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Long_words_are_cut_and_secrets_never_shown()
    {
        var words = $"Mismatch for {StubCredentials.AccessKey} {StubCredentials.Token} {StubCredentials.SecretKey}\n\n"
            + $"The Canonical String for this request should have been 'POST x-amz-security-token:{StubCredentials.Token}'";
        var body = System.Text.Json.JsonSerializer.Serialize(
            new Dictionary<string, string> { ["__type"] = "InvalidSignatureException", ["message"] = words });
        var credentials = StubCredentials.Temporary;
        var answer = await Wire.CallAsync(
            async connection =>
            {
                await connection.ReadRequestAsync();
                await connection.AnswerAsync("400 Bad Request", body);
            },
            credentials: credentials);
        Assert.Equal("Mismatch for …LE42 (session token) (secret key)", answer.Message);
        Assert.Single(credentials.RefusedOnes);

        var cut = await Wire.AnswerAsync("400 Bad Request", $$"""{"__type":"X","message":"{{new string('m', 4000)}}"}""");
        Assert.Equal(500, cut.Message!.Length);
    }

    [Fact]
    public async Task Without_credentials_nothing_is_sent()
    {
        var server = ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", ""));
        await using var wire = new Wire(server, new StubCredentials(null));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal((0, TransportFailure.NoCredentials, "There are none."), (answer.Status, answer.Failure, answer.Message));
        Assert.Equal(0, server.Connections);
    }
}
