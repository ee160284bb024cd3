using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Writes responses in the AWS JSON 1.1 protocol.</summary>
internal static class Responses
{
    private const string ContentType = "application/x-amz-json-1.1";

    /// <summary>Sets status and headers.</summary>
    public static void Begin(HttpResponse response, int status, long length)
    {
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = length;
        response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
    }

    /// <summary>Writes a success response.</summary>
    public static Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        Begin(response, StatusCodes.Status200OK, body.Length);
        return response.Body.WriteAsync(body, cancellation).AsTask();
    }

    /// <summary>Writes an error response.</summary>
    public static Task WriteErrorAsync(HttpResponse response, ServiceError error, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("__type", error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }

        Begin(response, error.Status, body.WrittenCount);
        return response.Body.WriteAsync(body.WrittenMemory, cancellation).AsTask();
    }
}
