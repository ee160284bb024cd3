using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>Listens to one connection's bytes in both directions: which lines did an answer that has come in acknowledge?</summary>
internal sealed class WireListener
{
    private readonly Queue<List<string>> _asked = new();
    private readonly StringBuilder _sent = new();
    private readonly StringBuilder _received = new();

    /// <summary>Takes bytes that the shipper sent.</summary>
    public void Sent(string bytes)
    {
        _sent.Append(bytes);
        while (TryTakeMessage(_sent, out _, out var body))
        {
            using var request = JsonDocument.Parse(body);
            _asked.Enqueue(
                [.. request.RootElement.GetProperty("Records").EnumerateArray().Select(
                    record => Encoding.Latin1.GetString(record.GetProperty("Data").GetBytesFromBase64()))]);
        }
    }

    /// <summary>Takes bytes that the shipper has received; the records, as raw bytes, that an answer complete by now accepted.</summary>
    public IReadOnlyList<string> Received(string bytes)
    {
        _received.Append(bytes);
        var accepted = new List<string>();
        while (TryTakeMessage(_received, out var start, out var body))
        {
            var records = _asked.Dequeue();
            if (start.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
            {
                accepted.AddRange(records.Zip(Refused(body)).Where(pair => !pair.Second).Select(pair => pair.First));
            }
        }

        return accepted;
    }

    /// <summary>For each record whether it was refused; an answer that cannot be read accepts nothing.</summary>
    private static List<bool> Refused(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return [
                .. answer.RootElement.GetProperty("RequestResponses").EnumerateArray().Select(
                    record => record.TryGetProperty("ErrorCode", out _))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static bool TryTakeMessage(StringBuilder buffer, out string start, out string body)
    {
        (start, body) = ("", "");
        var text = buffer.ToString();
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        var lines = text[..head].Split("\r\n");
        var length = lines.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture)).FirstOrDefault(-1);
        if (length < 0 || text.Length < head + 4 + length)
        {
            return false;
        }

        (start, body) = (lines[0], text.Substring(head + 4, length));
        buffer.Remove(0, head + 4 + length);
        return true;
    }
}
