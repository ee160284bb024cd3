using System.Net;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire;

/// <summary>An <see cref="IRequestBody"/> as HTTP content: the pieces go to the connection as they are, uncopied.</summary>
internal sealed class BatchContent : HttpContent
{
    private readonly IRequestBody _body;

    public BatchContent(IRequestBody body)
    {
        _body = body;
        Headers.TryAddWithoutValidation("Content-Type", MediaType);
    }

    /// <summary>The media type of AWS JSON 1.1.</summary>
    public const string MediaType = "application/x-amz-json-1.1";

    /// <summary>
    /// True from the moment a connection asked for the body. Until then nothing of it can have arrived, whatever failed: name resolution,
    /// connecting, a proxy's tunnel, the TLS handshake.
    /// </summary>
    public bool SendingBegan { get; private set; }

    /// <summary>Where it was sent, and how much of it was acknowledged.</summary>
    public CallConnection Connection { get; } = new();

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        SendingBegan = true;
        Connection.Enter();
        for (var i = 0; i < _body.Pieces; i++)
        {
            await stream.WriteAsync(_body.Piece(i), cancellationToken);
        }

        // The handler would do it, but not as this call.
        await stream.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
