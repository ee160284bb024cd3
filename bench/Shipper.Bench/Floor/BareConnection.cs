using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Signing;

namespace Shipper.Bench.Floor;

/// <summary>One connection on which one call is made after the other, by one thread, with no more of HTTP than the local Firehose needs.</summary>
internal sealed class BareConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly AwsEndpoint _endpoint;
    private readonly RequestSigner _signer;
    private readonly ImmutableCredentials _credentials = new("local", "local-secret", null);
    private readonly byte[] _answer = new byte[1 << 20];

    /// <summary>Connects; whose certificate it is does not matter here.</summary>
    public BareConnection(Uri url)
    {
        _endpoint = new AwsEndpoint(url, "eu-west-1");
        _signer = new RequestSigner(_endpoint.Region, ServiceOperation.PutRecordBatch.Service);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(url.Host, url.Port);
        _stream = new NetworkStream(socket, ownsSocket: true);
        if (url.Scheme == Uri.UriSchemeHttps)
        {
#pragma warning disable CA5359 // a loop that measures, against a far end that this machine started
            var secure = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
            secure.AuthenticateAsClient(url.Host);
            _stream = secure;
        }
    }

    /// <summary>Hashes, signs and posts, and reads the answer to its end.</summary>
    /// <exception cref="InvalidOperationException">Not every record was accepted.</exception>
    public void Put(ReadOnlySpan<byte> body)
    {
        var operation = ServiceOperation.PutRecordBatch;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        var now = DateTimeOffset.UtcNow;
        var stamp = RequestSigner.Timestamp(now);
        var authorization = _signer.Authorize(
            "POST",
            "/",
            [new("content-type", BatchContent.MediaType), new("host", _endpoint.Host), new("x-amz-date", stamp), new("x-amz-target", operation.Target)],
            hash,
            _credentials,
            now);
        _stream.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST / HTTP/1.1\r\nHost: {_endpoint.Host}\r\nAuthorization: {authorization}\r\nX-Amz-Date: {stamp}\r\nX-Amz-Target: {operation.Target}\r\nContent-Type: {BatchContent.MediaType}\r\nContent-Length: {body.Length}\r\n\r\n")));
        _stream.Write(body);
        Accepted();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Accepted()
    {
        var body = HttpMessage.Read(_stream, _answer) ?? throw new InvalidOperationException("The connection ended within an answer.");
        if (!_answer.AsSpan().StartsWith("HTTP/1.1 200"u8) || _answer.AsSpan(body).IndexOf("\"FailedPutCount\":0"u8) < 0)
        {
            throw new InvalidOperationException($"Not accepted: {Encoding.UTF8.GetString(_answer, 0, Math.Min(body.End.Value, 1000))}");
        }
    }
}
