using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Shipper.Bench.Baseline;

/// <summary>
/// A server that takes almost no CPU: it counts the records of a PutRecordBatch call, discards them and answers that all are
/// accepted, with record ids as long as those of the service. It shows the speed of a shipper whose server does not use the
/// same cores.
/// </summary>
internal static class Sink
{
    private const int IdentifierLength = 224;
    private const int MaxBodyBytes = 8 << 20;

    /// <summary>
    /// Serves on a free port of the loopback interface until the process ends; writes the URL to <paramref name="urlFile"/>.
    /// </summary>
    /// <param name="urlFile">Gets the URL.</param>
    /// <param name="delay">How long each answer takes.</param>
    public static int Run(string urlFile, TimeSpan delay)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        File.WriteAllText(urlFile, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        while (true)
        {
            var socket = listener.AcceptSocket();
            new Thread(() => Serve(socket, delay)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket, TimeSpan delay)
    {
        socket.NoDelay = true;
        using var connection = new NetworkStream(socket, ownsSocket: true);
        var buffer = new byte[MaxBodyBytes];
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

                if (delay > TimeSpan.Zero)
                {
                    Thread.Sleep(delay);
                }

                connection.Write(answer);
            }
        }
        catch (IOException)
        {
            // The shipper was stopped within a call.
        }
    }

    private static byte[] Answer(int records)
    {
        var entry = $"{{\"RecordId\":\"{new string('A', IdentifierLength)}\"}}";
        var body =
            $"{{\"FailedPutCount\":0,\"Encrypted\":false,\"RequestResponses\":[{string.Join(',', Enumerable.Repeat(entry, records))}]}}";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
