using System.Buffers;
using System.Text.Json;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Dispatches all operations except PutRecord and PutRecordBatch.</summary>
internal sealed class ControlOperations(StreamOperations streams, TagOperations tags)
{
    /// <summary>Runs an operation and returns the body of the response.</summary>
    /// <exception cref="ServiceException">The error response.</exception>
    public ReadOnlyMemory<byte> Run(Operation operation, ReadOnlyMemory<byte> body, string region)
    {
        var input = JsonInput.Parse(body);
        var answer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(answer);
        json.WriteStartObject();
        switch (operation)
        {
            case Operation.CreateDeliveryStream:
                streams.Create(input, region, json);
                break;
            case Operation.DeleteDeliveryStream:
                streams.Delete(input);
                break;
            case Operation.DescribeDeliveryStream:
                streams.Describe(input, json);
                break;
            case Operation.ListDeliveryStreams:
                streams.List(input, json);
                break;
            case Operation.UpdateDestination:
                streams.UpdateDestination(input);
                break;
            case Operation.TagDeliveryStream:
                tags.Tag(input);
                break;
            case Operation.UntagDeliveryStream:
                tags.Untag(input);
                break;
            case Operation.ListTagsForDeliveryStream:
                tags.List(input, json);
                break;
            default:
                throw new ServiceException(Errors.UnknownOperation);
        }

        json.WriteEndObject();
        json.Flush();
        return answer.WrittenMemory;
    }
}
