using System.Globalization;
using System.Text.Json;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Kinesis;
using Shipper.LocalFirehose.Processing;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Operations on streams. Each writes the members of its response into an open JSON object.</summary>
internal sealed class StreamOperations(
    StreamRegistry streams, FunctionEndpoints functions, KinesisEndpoint kinesis, TimeProvider time)
{
    private const string DirectPut = "DirectPut";
    private const string FromKinesis = "KinesisStreamAsSource";
    private const int DefaultListLimit = 10;

    /// <summary>CreateDeliveryStream.</summary>
    public void Create(JsonInput input, string region, Utf8JsonWriter json)
    {
        var name = input.StreamName();
        var type = input.Text("DeliveryStreamType") ?? DirectPut;
        if (type is not (DirectPut or FromKinesis))
        {
            throw new ServiceException(Errors.InvalidArgument(
                $"DeliveryStreamType {type} is not supported; use {DirectPut} or {FromKinesis}."));
        }

        var now = time.GetUtcNow();
        var source = ReadSource(input, type);
        var destination = DestinationShape.Read(input);
        destination.Validate(now);
        RequireEndpoint(destination);
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        TagOperations.Merge(input, tags);
        var arn = $"arn:aws:firehose:{region}:{Errors.AccountId}:deliverystream/{name}";
        streams.Create(new StreamDefinition(name, arn, 1, now, null, destination, tags) { Source = source });
        json.WriteString("DeliveryStreamARN", arn);
    }

    /// <summary>DeleteDeliveryStream.</summary>
    public void Delete(JsonInput input) => streams.Delete(input.StreamName());

    /// <summary>DescribeDeliveryStream.</summary>
    public void Describe(JsonInput input, Utf8JsonWriter json)
    {
        var stream = streams.Find(input.StreamName()).Definition;
        json.WriteStartObject("DeliveryStreamDescription");
        json.WriteString("DeliveryStreamName", stream.Name);
        json.WriteString("DeliveryStreamARN", stream.Arn);
        json.WriteString("DeliveryStreamStatus", "ACTIVE");
        json.WriteString("DeliveryStreamType", TypeOf(stream));
        json.WriteString("VersionId", Version(stream));
        json.WriteNumber("CreateTimestamp", stream.CreatedAt.ToUnixTimeMilliseconds() / 1000.0);
        if (stream.UpdatedAt is { } updated)
        {
            json.WriteNumber("LastUpdateTimestamp", updated.ToUnixTimeMilliseconds() / 1000.0);
        }

        json.WriteStartObject("DeliveryStreamEncryptionConfiguration");
        json.WriteString("Status", "DISABLED");
        json.WriteEndObject();
        if (stream.Source is { } source)
        {
            json.WriteStartObject("Source");
            json.WriteStartObject("KinesisStreamSourceDescription");
            json.WriteString("KinesisStreamARN", source.StreamArn);
            json.WriteString("RoleARN", source.RoleArn);
            json.WriteNumber("DeliveryStartTimestamp", stream.CreatedAt.ToUnixTimeMilliseconds() / 1000.0);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartArray("Destinations");
        json.WriteStartObject();
        json.WriteString("DestinationId", DestinationShape.DestinationId);
        json.WritePropertyName("S3DestinationDescription");
        DestinationShape.Write(json, stream.Destination, extended: false);
        json.WritePropertyName("ExtendedS3DestinationDescription");
        DestinationShape.Write(json, stream.Destination, extended: true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteBoolean("HasMoreDestinations", false);
        json.WriteEndObject();
    }

    /// <summary>ListDeliveryStreams, sorted by name.</summary>
    public void List(JsonInput input, Utf8JsonWriter json)
    {
        var limit = input.Number("Limit") ?? DefaultListLimit;
        if (limit is < 1 or > 10_000)
        {
            throw new ServiceException(Errors.Constraint($"{limit}", "limit", "Member must have value between 1 and 10000"));
        }

        var after = input.Text("ExclusiveStartDeliveryStreamName");
        var type = input.Text("DeliveryStreamType");
        var names = streams.All.Where(stream => type is null || type == TypeOf(stream.Definition)).Select(stream => stream.Definition.Name)
            .Where(name => after is null || string.CompareOrdinal(name, after) > 0)
            .Order(StringComparer.Ordinal).Take(limit + 1).ToList();
        json.WriteStartArray("DeliveryStreamNames");
        foreach (var name in names.Take(limit))
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteBoolean("HasMoreDeliveryStreams", names.Count > limit);
    }

    /// <summary>UpdateDestination.</summary>
    public void UpdateDestination(JsonInput input)
    {
        var name = input.StreamName();
        var version = input.Text("CurrentDeliveryStreamVersionId")
            ?? throw new ServiceException(Errors.Constraint(null, "currentDeliveryStreamVersionId", "Member must not be null"));
        var destinationId = input.Text("DestinationId")
            ?? throw new ServiceException(Errors.Constraint(null, "destinationId", "Member must not be null"));
        var now = time.GetUtcNow();
        streams.Change(name, current =>
        {
            if (destinationId != DestinationShape.DestinationId)
            {
                throw new ServiceException(Errors.InvalidArgument($"Destination Id {destinationId} not found"));
            }

            if (version != Version(current))
            {
                throw new ServiceException(Errors.ConcurrentModification(name));
            }

            var destination = DestinationShape.ReadUpdate(input, current.Destination);
            destination.Validate(now);
            if (destination.IsPartitioned != current.Destination.IsPartitioned)
            {
                throw new ServiceException(Errors.InvalidArgument(
                    "Dynamic Partitioning of a stream cannot be enabled or disabled; create another stream."));
            }

            RequireEndpoint(destination);
            return current with { Destination = destination, Version = current.Version + 1, UpdatedAt = now };
        });
    }

    private static string TypeOf(StreamDefinition stream) => stream.Source is null ? DirectPut : FromKinesis;

    private KinesisSource? ReadSource(JsonInput input, string type)
    {
        if (input.Nested("KinesisStreamSourceConfiguration") is not { } shape)
        {
            return type == DirectPut ? null : throw new ServiceException(Errors.InvalidArgument(
                "KinesisStreamSourceConfiguration is required for the type KinesisStreamAsSource."));
        }

        if (type == DirectPut)
        {
            throw new ServiceException(Errors.InvalidArgument(
                "KinesisStreamSourceConfiguration is only supported for the type KinesisStreamAsSource."));
        }

        var arn = shape.Text("KinesisStreamARN");
        if (!KinesisSource.IsArn(arn))
        {
            throw new ServiceException(Errors.Constraint(
                arn, "kinesisStreamSourceConfiguration.kinesisStreamARN", "Member must be the ARN of a Kinesis data stream"));
        }

        if (kinesis.Url is null)
        {
            throw new ServiceException(Errors.InvalidArgument(
                "A Kinesis data stream cannot be read: no endpoint is configured; set LocalFirehose:KinesisEndpoint."));
        }

        return new KinesisSource(arn!, shape.Text("RoleARN") ?? throw new ServiceException(
            Errors.Constraint(null, "kinesisStreamSourceConfiguration.roleARN", "Member must not be null")));
    }

    private void RequireEndpoint(Destination destination)
    {
        if (destination.Processing?.Function is { } function && functions.Find(function.Arn) is null)
        {
            throw new ServiceException(Errors.InvalidArgument(
                $"No endpoint is configured for the function {function.Arn}; add it to LocalFirehose:Functions."));
        }
    }

    private static string Version(StreamDefinition stream) => stream.Version.ToString(CultureInfo.InvariantCulture);
}
