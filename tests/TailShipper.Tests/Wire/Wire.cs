using System.Text;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>A client against a scripted server, and the answers that servers give.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly FirehoseClientFactory _factory;
    private readonly ScriptedServer? _server;

    public Wire(ScriptedServer server, ICredentialSource? credentials = null, TimeProvider? time = null, ServiceOperation? operation = null,
        Microsoft.Extensions.Logging.ILogger? logger = null)
        : this(server.Url, credentials, time, operation: operation, logger: logger)
    {
        _server = server;
    }

    public Wire(
        Uri url,
        ICredentialSource? credentials = null,
        TimeProvider? time = null,
        HttpMessageHandler? handler = null,
        ConnectionSettings? settings = null,
        ServiceOperation? operation = null,
        Microsoft.Extensions.Logging.ILogger? logger = null)
    {
        _factory = new FirehoseClientFactory(
            credentials ?? StubCredentials.LongTerm, time ?? TimeProvider.System, settings, logger, handler);
        Client = _factory.Create(operation ?? ServiceOperation.PutRecordBatch, new AwsEndpoint(url, "eu-west-1"));
    }

    public IDeliveryClient Client { get; }

    public FirehoseClientFactory Factory => _factory;

    public static string Accepted(int records)
    {
        var text = new StringBuilder("{\"Encrypted\":false,\"FailedPutCount\":0,\"RequestResponses\":[");
        for (var i = 0; i < records; i++)
        {
            text.Append(i == 0 ? "" : ",").Append("{\"RecordId\":\"").Append('x', 220).Append(i).Append("\"}");
        }

        return text.Append("]}").ToString();
    }

    /// <summary>One call against <paramref name="script"/>.</summary>
    public static async Task<CallAnswer> CallAsync(
        Func<ScriptedConnection, Task> script, IRequestBody? body = null, ICredentialSource? credentials = null)
    {
        await using var wire = new Wire(new ScriptedServer(script), credentials);
        return await wire.Client.PutAsync(body ?? StubBody.Of(3), TestContext.Current.CancellationToken);
    }

    /// <summary>An answer of Kinesis to records that were all accepted.</summary>
    public static string AcceptedByKinesis(int records) =>
        "{\"EncryptionType\":\"KMS\",\"FailedRecordCount\":0,\"Records\":[" + string.Join(',', Enumerable.Range(0, records).Select(index =>
            "{\"SequenceNumber\":\"4954398587461" + index + "\",\"ShardId\":\"shardId-000000000001\"}")) + "]}";

    /// <summary>One call that gets <paramref name="body"/> with <paramref name="status"/>.</summary>
    public static Task<CallAnswer> AnswerAsync(string status, string body, int records = 3, params string[] headers) => CallAsync(
        async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.AnswerAsync(status, body, headers);
        },
        StubBody.Of(records));

    public async ValueTask DisposeAsync()
    {
        _factory.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
