using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Signing;

namespace Shipper.Bench.Baseline;

/// <summary>One connection for sequential calls from one thread, with no more HTTP than the local Firehose needs.</summary>
internal sealed class BaselineConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly AwsEndpoint _endpoint;
    private readonly RequestSigner _signer;
    private readonly ImmutableCredentials _credentials = new("local", "local-secret", null);
    private readonly byte[] _response = new byte[1 << 20];

    /// <summary>Connects, without checking the certificate.</summary>
    public BaselineConnection(Uri url)
    {
        _endpoint = new AwsEndpoint(url, "eu-west-1");
        _signer = new RequestSigner(_endpoint.Region, ServiceOperation.PutRecordBatch.Service);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(url.Host, url.Port);
        _stream = new NetworkStream(socket, ownsSocket: true);
        if (url.Scheme == Uri.UriSchemeHttps)
        {
#pragma warning disable CA5359 // a benchmark against a server on this machine
            var secure = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
            secure.AuthenticateAsClient(url.Host);
            _stream = secure;
        }
    }

    /// <summary>Hashes, signs and sends a body, and reads the whole response.</summary>
    /// <exception cref="InvalidOperationException">A record was not accepted.</exception>
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
            [
                new("content-type", BatchContent.MediaType),
                new("host", _endpoint.Host),
                new("x-amz-date", stamp),
                new("x-amz-target", operation.Target),
            ],
            hash,
            _credentials,
            now);
        _stream.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST / HTTP/1.1\r\nHost: {_endpoint.Host}\r\nAuthorization: {authorization}\r\nX-Amz-Date: {stamp}\r\n"
            + $"X-Amz-Target: {operation.Target}\r\nContent-Type: {BatchContent.MediaType}\r\nContent-Length: {body.Length}\r\n\r\n")));
        _stream.Write(body);
        ReadResponse();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void ReadResponse()
    {
        var body = HttpMessage.Read(_stream, _response) ?? throw new InvalidOperationException("The connection ended within a response.");
        if (!_response.AsSpan().StartsWith("HTTP/1.1 200"u8) || _response.AsSpan(body).IndexOf("\"FailedPutCount\":0"u8) < 0)
        {
            throw new InvalidOperationException($"Not accepted: {Encoding.UTF8.GetString(_response, 0, Math.Min(body.End.Value, 1000))}");
        }
    }
}
