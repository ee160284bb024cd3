using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>
/// Tries what shipping needs, from this machine and with this user's credentials: each endpoint, whose the credentials are, each stream.
/// What fails is said in the words that the running service would use. Everything has a limit, and nothing secret is in the result.
/// </summary>
internal sealed class ConnectionCheck : IAsyncDisposable
{
    /// <summary>The longest time that one call may take; the flows' own limit where that is less.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private readonly ShipperOptions _options;
    private readonly TimeProvider _time;
    private readonly ServiceProvider _services;
    private readonly ConnectionSettings _settings;
    private readonly ICredentialSource _credentials;
    private readonly TimeSpan _callLimit;

    /// <param name="options">The configuration; found valid.</param>
    /// <param name="time">The clock.</param>
    public ConnectionCheck(ShipperOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _services = new ServiceCollection().AddSingleton(options.Aws).AddSingleton(time).AddWire().BuildServiceProvider();
        _settings = _services.GetRequiredService<ConnectionSettings>();
        _credentials = _services.GetRequiredService<ICredentialSource>();
        _callLimit = options.CallTimeout < CallLimit ? options.CallTimeout : CallLimit;
    }

    /// <summary>Tries everything.</summary>
    /// <param name="send">True to send a line to each stream; false to send none.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<ConnectionGroup>> RunAsync(bool send, CancellationToken cancellation)
    {
        var flows = _options.Flows.GroupBy(Destination.Of).ToList();
        var endpoints = flows.Select(stream => stream.Key.Kind).Distinct().ToDictionary(kind => kind, EndpointOf);
        var ways = endpoints.Select(endpoint => TryEndpointAsync(endpoint.Key, endpoint.Value, cancellation)).ToList();
        var identity = IdentifyAsync([.. endpoints.Values], flows[0].Key, cancellation);
        var reached = new Dictionary<DestinationKind, bool>();
        var groups = new List<ConnectionGroup>();
        foreach (var (kind, group) in await Task.WhenAll(ways))
        {
            reached[kind] = group.Steps.All(step => step.Result != StepResult.Failed);
            groups.Add(group);
        }

        groups.Add(await identity);
        var streams = flows.Where(stream => reached[stream.Key.Kind]).Select(
            stream => TryStreamAsync(stream.Key, endpoints[stream.Key.Kind], [.. stream], send, cancellation));
        groups.AddRange(await Task.WhenAll(streams));
        return groups;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private AwsEndpoint EndpointOf(DestinationKind kind)
    {
        var service = new Destination(kind, "").Operation.Service;
        return AwsEndpoint.Create(_options.Aws, AwsRegion.Resolve(_options.Aws, service), service);
    }

    private async Task<(DestinationKind Kind, ConnectionGroup Group)> TryEndpointAsync(
        DestinationKind kind, AwsEndpoint endpoint, CancellationToken cancellation)
    {
        var steps = await new EndpointProbe(endpoint, _settings, _time).RunAsync(cancellation);
        return (kind, new ConnectionGroup(
            $"Endpoint of {kind}: {endpoint.Url.Scheme}://{endpoint.Host}",
            [.. steps.Select(step => step.Result == StepResult.Failed
                ? step with { Text = Remedy.For(Unreached(step.Text), new Destination(kind, "")) }
                : step)]));
    }

    private static CallAnswer Unreached(string text) => new() { Status = 0, Failure = TransportFailure.NotConnected, Message = text };

    private async Task<ConnectionGroup> IdentifyAsync(
        IReadOnlyList<AwsEndpoint> endpoints, Destination stream, CancellationToken cancellation)
    {
        var steps = new List<ConnectionStep>();
        var began = _time.GetTimestamp();
        var group = new ConnectionGroup("Credentials", steps);
        void Add(string name, StepResult result, string text)
        {
            steps.Add(new ConnectionStep(name, result, text, _time.GetElapsedTime(began)));
            began = _time.GetTimestamp();
        }

        var described = await _credentials.DescribeAsync(cancellation);
        Add("found", described.Available ? StepResult.Ok : StepResult.Failed, described.Text);
        if (!described.Available)
        {
            return group;
        }

        var url = CustomEndpoint.Configured(new AwsOptions(), "sts", Environment.GetEnvironmentVariable)?.Url;
        if (url is null && !endpoints.Any(endpoint => DestinationPlaces.IsOfAws(endpoint.Url.IdnHost)))
        {
            Add(
                "who am I", StepResult.Unknown,
                "not asked: the endpoint is not one of AWS, and AWS_ENDPOINT_URL_STS names no token service");
            return group;
        }

        var (arn, answer) = await new CallerIdentity(_options.Aws, endpoints[0].Region, url, _settings)
            .AskAsync(await _credentials.GetAsync(cancellation), cancellation);
        if (arn is not null)
        {
            Add("who am I", StepResult.Ok, arn);
        }
        else if (answer.ErrorCode is not null)
        {
            Add("who am I", StepResult.Failed, Remedy.For(answer, stream));
        }
        else
        {
            // A network without a way to the token service may have one to the stream.
            Add(
                "who am I", StepResult.Unknown,
                $"the token service cannot be asked ({answer.Message?.TrimEnd('.')}); shipping needs it only for a role");
        }

        return group;
    }

    private async Task<ConnectionGroup> TryStreamAsync(
        Destination stream, AwsEndpoint endpoint, IReadOnlyList<FlowOptions> flows, bool send, CancellationToken cancellation)
    {
        var names = string.Join(", ", flows.Select(flow => flow.Name));
        return new ConnectionGroup(
            $"{char.ToUpperInvariant(stream.StreamWord[0])}{stream.ToString()[1..]} ({(flows.Count == 1 ? "flow" : "flows")} {names})",
            [
                await TimedAsync("exists", () => AskAsync(stream, endpoint, cancellation)),
                send
                    ? await TimedAsync("one line", () => SendAsync(stream, flows[0], cancellation))
                    : await TimedAsync("empty call", () => SendNothingAsync(stream, endpoint, flows[0], cancellation)),
            ]);
    }

    private async Task<ConnectionStep> TimedAsync(string name, Func<Task<(StepResult, string)>> step)
    {
        var began = _time.GetTimestamp();
        var (result, text) = await step();
        return new ConnectionStep(name, result, text, _time.GetElapsedTime(began));
    }

    private async Task<(StepResult Result, string Text)> AskAsync(Destination stream, AwsEndpoint endpoint, CancellationToken cancellation)
    {
        var kinesis = stream.Kind == DestinationKind.Kinesis;
        var answer = await CallAsync(
            kinesis ? ServiceOperation.DescribeStreamSummary : ServiceOperation.DescribeDeliveryStream,
            endpoint,
            JsonBody.About(stream),
            cancellation);
        return Status(answer, stream, kinesis ? "kinesis:DescribeStreamSummary" : "firehose:DescribeDeliveryStream");
    }

    /// <summary>What the answer to the question for a stream says of shipping.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="permission">What the question needs, and shipping does not.</param>
    internal static (StepResult Result, string Text) Status(CallAnswer answer, Destination stream, string permission)
    {
        if (answer.ErrorCode?.StartsWith("AccessDenied", StringComparison.Ordinal) == true)
        {
            return (StepResult.Unknown, $"not known: {permission} is not allowed, and shipping does not need it");
        }

        if (answer.Status != 200)
        {
            return (ResponseClassifier.Classify(answer) == CallOutcome.Throttled ? StepResult.Unknown : StepResult.Failed,
                Remedy.For(answer, stream));
        }

        return StatusIn(answer.Content) switch
        {
            null => (StepResult.Unknown, "not known: the answer does not say it"),
            "ACTIVE" or "UPDATING" => (StepResult.Ok, $"the {stream} is there"),
            var status => (
                StepResult.Failed, $"the {stream} is {status}, and takes records only when it is ACTIVE. Wait, or create it again"),
        };
    }

    private static string? StatusIn(byte[]? content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            foreach (var (description, status) in ((string, string)[])
                [("DeliveryStreamDescription", "DeliveryStreamStatus"), ("StreamDescriptionSummary", "StreamStatus")])
            {
                if (json.RootElement.TryGetProperty(description, out var found) && found.TryGetProperty(status, out var value))
                {
                    return value.GetString();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Something else than the service answered.
        }

        return null;
    }

    private async Task<(StepResult Result, string Text)> SendNothingAsync(
        Destination stream, AwsEndpoint endpoint, FlowOptions flow, CancellationToken cancellation)
    {
        var envelope = stream.Envelope(flow.PartitionKey, pathOf: null, new Random());
        var answer = await CallAsync(stream.Operation with { Answer = null }, endpoint, JsonBody.Empty(envelope), cancellation);
        return Meaning(answer, stream);
    }

    /// <summary>What the answer to a batch without records says of shipping.</summary>
    internal static (StepResult Result, string Text) Meaning(CallAnswer answer, Destination stream) =>
        ResponseClassifier.Classify(answer) switch
        {
            CallOutcome.Answered => (StepResult.Ok, "accepted"),
            CallOutcome.Invalid or CallOutcome.TooLarge => (
                StepResult.Ok, $"signature and request are right: it refuses only that the call is empty ({answer.ErrorCode}). "
                + "--send shows that a record is taken"),
            CallOutcome.Throttled => (StepResult.Warning, $"throttled: {Remedy.For(answer, stream)}"),
            _ => (StepResult.Failed, Remedy.For(answer, stream)),
        };

    private async Task<(StepResult Result, string Text)> SendAsync(Destination stream, FlowOptions flow, CancellationToken cancellation)
    {
        var limits = Destination.LimitsOf(flow);
        var memory = new ChunkPool(2 * (Math.Max(limits.MaxBytes, limits.MaxRecordBytes) + ChunkShare.GuaranteedBytes));
        var envelope = stream.Envelope(flow.PartitionKey, pathOf: null, new Random());
        var batch = new Batch(new BodyWriter(memory.Share(), envelope), limits, Packing.LinePerRecord(limits));
        var now = _time.GetUtcNow();
        var line = Line(now, flow.Name);
        batch.TryAppend(new SettledRing(default, 0), 0, line, 1);
        batch.CloseRecord();
        var client = _services.GetRequiredService<IDeliveryClients>().For(stream.Kind);
        var answer = await new TimedCalls(client, _callLimit, _time).PutAsync(new BatchSlice(batch, 0, 1), cancellation);
        return ResponseClassifier.Classify(answer) switch
        {
            CallOutcome.Answered when answer.Refused.Count == 0 => (
                StepResult.Ok, $"accepted; search the destination for {TimeText(now)}"),
            CallOutcome.Answered => (StepResult.Failed, $"the record is refused: {answer.Refused[0].ErrorCode} ({answer.Message})"),
            CallOutcome.Throttled => (StepResult.Warning, $"throttled: {Remedy.For(answer, stream)}"),
            _ => (StepResult.Failed, Remedy.For(answer, stream)),
        };
    }

    /// <summary>The line that is sent.</summary>
    private static byte[] Line(DateTimeOffset now, string flow)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("tailshipper_check", TimeText(now));
            json.WriteString("flow", flow);
            json.WriteString("host", Environment.MachineName);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static string TimeText(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<CallAnswer> CallAsync(
        ServiceOperation operation, AwsEndpoint endpoint, JsonBody body, CancellationToken cancellation)
    {
        var client = _services.GetRequiredService<FirehoseClientFactory>().Create(operation, endpoint);
        return await new TimedCalls(client, _callLimit, _time).PutAsync(body, cancellation);
    }
}
