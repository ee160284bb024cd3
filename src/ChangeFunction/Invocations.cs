using System.Globalization;
using System.Text.Json;
using Shipper.ChangeCapture;

namespace Shipper.ChangeFunction;

/// <summary>Answers invocations, wherever they come from, and writes a line about each that had something wrong.</summary>
/// <param name="transformation">The handler.</param>
/// <param name="log">Where lines go; on Lambda they are in CloudWatch Logs. They never hold data of a record.</param>
internal sealed class Invocations(FirehoseTransformation transformation, TextWriter log)
{
    /// <summary>Answers one; false if the event is none, and the body says why in the form of a Lambda error.</summary>
    public async Task<(bool Succeeded, ReadOnlyMemory<byte> Body)> AnswerAsync(ReadOnlyMemory<byte> invocation)
    {
        try
        {
            var response = transformation.Handle(invocation);
            if (response.Reasons.Count > 0)
            {
                var reasons = response.Reasons.Select(
                    reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Key} {reason.Value}"));
                await log.WriteLineAsync($"{response.Records} records; lines that are no changes: {string.Join(", ", reasons)}");
            }

            return (true, response.Body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is half of a surrogate pair in a string.
            await log.WriteLineAsync($"an invocation failed: {exception.Message}");
            return (false, Error(exception));
        }
    }

    private static byte[] Error(Exception exception)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("errorMessage", exception.Message);
            json.WriteString("errorType", "InvalidEvent");
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
