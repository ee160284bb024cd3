using System.Net.Sockets;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class BrokenTransportTests
{
    /// <summary>For one small body.</summary>
    private static TimeSpan Ceiling { get; } = FirehoseClient.Ceiling + HttpTransport.UploadTime(StubBody.Of(1).Length);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_is_no_connection()
    {
        // tcpmux: nothing listens there, and no other test can be given the port.
        await using var wire = new Wire(new Uri("http://127.0.0.1:1/"));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal((0, TransportFailure.NotConnected), (answer.Status, answer.Failure));
        Assert.Contains("ConnectionRefused", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_no_connection()
    {
        await using var wire = new Wire(new Uri("http://firehose.invalid/"));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("firehose.invalid: ", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_TLS_handshake_is_no_connection()
    {
        await using var server = new ScriptedServer(async connection => await connection.SendAsync("SSH-2.0-OpenSSH_9.9\r\n"));
        await using var wire = new Wire(new UriBuilder(server.Url) { Scheme = "https" }.Uri);
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal(TransportFailure.NotConnected, answer.Failure);
        Assert.Contains("TLS", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_never_made_ends_with_the_ceiling_as_no_connection()
    {
        var clock = new FakeTimeProvider();
        var connecting = new TaskCompletionSource();
        var handler = HttpTransport.CreateHandler();
        handler.ConnectTimeout = Timeout.InfiniteTimeSpan;
        handler.ConnectCallback = async (_, cancellation) =>
        {
            connecting.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return Stream.Null;
        };
        await using var wire = new Wire(new Uri("http://127.0.0.1:1/"), time: clock, handler: handler);
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await connecting.Task;
        clock.Advance(Ceiling);
        var answer = await call;
        Assert.Equal((TransportFailure.NotConnected, Ceiling), (answer.Failure, answer.Elapsed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_ends_without_an_answer_leaves_the_batch_in_doubt(bool reset)
    {
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            End(connection, reset);
        });
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_ends_in_the_middle_of_the_body_leaves_the_batch_in_doubt(bool reset)
    {
        var answer = await Wire.CallAsync(
            async connection =>
            {
                await connection.ReadHeadAsync();
                End(connection, reset);
            },
            StubBody.Of(4, 8_000_000));
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_torn_answer_leaves_the_batch_in_doubt(bool chunked)
    {
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(chunked
                ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"Failed"
                : "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"FailedPutCount\":0");
            connection.Close();
        });
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP_leaves_the_batch_in_doubt()
    {
        var answer = await Wire.CallAsync(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("* OK IMAP4 ready\r\n\r\n");
            connection.Close();
        });
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_body_is_sent_whole_is_still_an_answer()
    {
        var answer = await Wire.CallAsync(
            async connection =>
            {
                var head = await connection.ReadHeadAsync();
                await connection.AnswerAsync("400 Bad Request", """{"__type":"AccessDeniedException","message":"No."}""");
                await connection.DrainAsync(
                    long.Parse(head!.Value.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture));
            },
            StubBody.Of(4, 8_000_000));
        Assert.Equal((400, "AccessDeniedException"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task An_early_answer_that_its_own_reset_may_destroy_is_never_taken_for_success()
    {
        var answer = await Wire.CallAsync(
            async connection =>
            {
                await connection.ReadHeadAsync();
                await connection.AnswerAsync("400 Bad Request", """{"__type":"AccessDeniedException","message":"No."}""");
                connection.Reset();
            },
            StubBody.Of(4, 8_000_000));
        Assert.True(answer is { Failure: TransportFailure.Ambiguous, Status: 0 } or { Status: 400, ErrorCode: "AccessDeniedException" });
    }

    [Fact]
    public async Task A_call_on_a_used_connection_that_breaks_is_not_repeated_in_secret()
    {
        var requests = 0;
        await using var wire = new Wire(ScriptedServer.Answering(async (connection, _) =>
        {
            if (++requests % 2 == 0)
            {
                connection.Close();
                throw new SocketException();
            }

            await connection.AnswerAsync("200 OK", Wire.Accepted(1));
        }));
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);
        Assert.Equal(TransportFailure.Ambiguous, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Failure);
        Assert.Equal(2, requests);
    }

    [Fact]
    public async Task A_silent_server_ends_with_the_ceiling_in_doubt()
    {
        var clock = new FakeTimeProvider();
        var received = new TaskCompletionSource();
        await using var wire = new Wire(
            new ScriptedServer(async connection =>
            {
                await connection.ReadRequestAsync();
                received.SetResult();
            }),
            time: clock);
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await received.Task;
        clock.Advance(Ceiling);
        var answer = await call;
        Assert.Equal((0, TransportFailure.Ambiguous), (answer.Status, answer.Failure));
        Assert.Contains("too long", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_stops_in_the_middle_ends_with_the_ceiling_in_doubt()
    {
        var clock = new FakeTimeProvider();
        var stalled = new TaskCompletionSource();
        await using var wire = new Wire(
            new ScriptedServer(async connection =>
            {
                await connection.ReadRequestAsync();
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
                stalled.SetResult();
            }),
            time: clock);
        var call = wire.Client.PutAsync(StubBody.Of(1), Ending);
        await stalled.Task;
        clock.Advance(Ceiling);
        Assert.Equal(TransportFailure.Ambiguous, (await call).Failure);
    }

    [Fact]
    public async Task Cancellation_from_outside_is_thrown_with_the_callers_token()
    {
        using var stop = new CancellationTokenSource();
        await using var wire = new Wire(new ScriptedServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await stop.CancelAsync();
        }));
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wire.Client.PutAsync(StubBody.Of(1), stop.Token));
        Assert.Equal(stop.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task After_a_broken_connection_the_next_call_makes_a_new_one()
    {
        var calls = 0;
        await using var wire = new Wire(ScriptedServer.Answering(async (connection, _) =>
        {
            if (calls++ == 0)
            {
                connection.Reset();
                throw new SocketException();
            }

            await connection.AnswerAsync("200 OK", Wire.Accepted(1));
        }));
        Assert.Equal(TransportFailure.Ambiguous, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Failure);
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);
    }

    private static void End(ScriptedConnection connection, bool reset)
    {
        if (reset)
        {
            connection.Reset();
        }
        else
        {
            connection.Close();
        }
    }
}
