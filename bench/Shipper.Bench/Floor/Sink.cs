using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Shipper.Bench.Floor;

/// <summary>
/// A far end that costs next to nothing: it counts the records of a PutRecordBatch call, forgets them, and answers that all were accepted,
/// with identifiers as long as the service's. For what a shipper can do when the far end does not need the same cores.
/// </summary>
internal static class Sink
{
    private const int IdentifierLength = 224;
    private const int LongestBody = 8 << 20;

    /// <summary>Serves on a free port of the loopback interface until the process ends; writes the address to <paramref name="urlFile"/>.</summary>
    public static int Run(string urlFile)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        File.WriteAllText(urlFile, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        while (true)
        {
            var socket = listener.AcceptSocket();
            new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket)
    {
        socket.NoDelay = true;
        using var connection = new NetworkStream(socket, ownsSocket: true);
        var buffer = new byte[LongestBody];
        var answers = new Dictionary<int, byte[]>();
        try
        {
            while (HttpMessage.Read(connection, buffer) is { } body)
            {
                var records = buffer.AsSpan(body).Count("{\"Data\":"u8);
                if (!answers.TryGetValue(records, out var answer))
                {
                    answers.Add(records, answer = Answer(records));
                }

                connection.Write(answer);
            }
        }
        catch (IOException)
        {
            // The shipper was stopped in the middle of a call.
        }
    }

    private static byte[] Answer(int records)
    {
        var entry = $"{{\"RecordId\":\"{new string('A', IdentifierLength)}\"}}";
        var body = $"{{\"FailedPutCount\":0,\"Encrypted\":false,\"RequestResponses\":[{string.Join(',', Enumerable.Repeat(entry, records))}]}}";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
