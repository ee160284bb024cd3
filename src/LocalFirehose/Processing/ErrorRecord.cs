using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shipper.LocalFirehose.Delivery;

namespace Shipper.LocalFirehose.Processing;

/// <summary>A record that could not be processed, as Firehose writes it below the error prefix: one line of JSON.</summary>
internal static class ErrorRecord
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one. Its members are those of the developer guide, "Handle failure in data transformation".</summary>
    /// <param name="output">Where to.</param>
    /// <param name="record">The record as it arrived.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="functionArn">The function; null where none is used.</param>
    /// <param name="now">The time.</param>
    public static void Write(
        IBufferWriter<byte> output, SourceRecord record, RecordFailure failure, string? functionArn, DateTimeOffset now)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("attemptsMade", failure.Attempts);
            json.WriteNumber("arrivalTimestamp", record.Arrival.ToUnixTimeMilliseconds());
            json.WriteString("errorCode", failure.Code);
            json.WriteString("errorMessage", failure.Message);
            json.WriteNumber("attemptEndingTimestamp", now.ToUnixTimeMilliseconds());
            json.WriteBase64String("rawData", record.Data.Span);
            if (functionArn is not null)
            {
                json.WriteString("lambdaArn", functionArn);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
