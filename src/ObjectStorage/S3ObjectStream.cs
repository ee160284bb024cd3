using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Shipper.ObjectStorage;

/// <summary>
/// The bytes of an object, from its first to its last. When the connection breaks, it continues where it broke: only what has the same
/// ETag is the same object.
/// </summary>
internal sealed class S3ObjectStream(IAmazonS3 client, string bucket, StoredObject item, TimeProvider time, CancellationToken stopping)
    : Stream
{
    private const int MostAttempts = 6;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private GetObjectResponse? _answer;
    private Stream? _content;
    private string? _etag = item.ETag;
    private long _position;
    private long _length = -1;
    private int _failed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Asks for the object, from the current position.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It was replaced, or cannot be reached.</exception>
    public async Task ConnectAsync()
    {
        while (true)
        {
            try
            {
                var request = new GetObjectRequest { BucketName = bucket, Key = item.Name };
                if (_etag is { Length: > 0 })
                {
                    request.EtagToMatch = $"\"{_etag}\"";
                }

                if (_position > 0)
                {
                    request.ByteRange = new ByteRange($"bytes={_position}-");
                }

                _answer = await client.GetObjectAsync(request, stopping);
                if (_position > 0 && _answer.HttpStatusCode != HttpStatusCode.PartialContent)
                {
                    throw new ObjectChangedException($"{Name} cannot be continued: its server does not send parts");
                }

                // Not every server that speaks the protocol heeds the condition.
                var etag = _answer.ETag?.Trim('"');
                if (_etag is { Length: > 0 } && etag is not null && etag != _etag)
                {
                    throw new ObjectChangedException($"{Name} was replaced since it was listed");
                }

                _etag = etag ?? _etag;
                _length = _length < 0 ? _position + _answer.ContentLength : _length;
                _content = _answer.ResponseStream;
                return;
            }
            catch (AmazonS3Exception exception) when (Refusal(exception) is { } refusal)
            {
                throw refusal;
            }
            catch (Exception exception) when (exception is not ObjectChangedException && S3Store.IsOfService(exception, stopping))
            {
                await PauseAsync(exception);
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_position == _length || buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            try
            {
                var read = _content!.Read(buffer);
                if (read > 0)
                {
                    _position += read;
                    _failed = 0;
                    return read;
                }

                throw new IOException($"the connection ended at byte {_position} of {_length}");
            }
            catch (Exception exception) when (S3Store.IsOfService(exception, stopping))
            {
                // Who reads a stream waits for it, here too.
                Disconnect();
                PauseAsync(exception).GetAwaiter().GetResult();
                ConnectAsync().GetAwaiter().GetResult();
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Disconnect();
        }

        base.Dispose(disposing);
    }

    private string Name => $"s3://{bucket}/{item.Name}";

    private Exception? Refusal(AmazonS3Exception exception) => exception.StatusCode switch
    {
        HttpStatusCode.NotFound => new FileNotFoundException($"{Name} is gone"),
        HttpStatusCode.PreconditionFailed => new ObjectChangedException($"{Name} was replaced since it was listed"),
        HttpStatusCode.Forbidden => new UnauthorizedAccessException($"{Name} may not be read ({exception.ErrorCode}); allow s3:GetObject"),
        HttpStatusCode.RequestedRangeNotSatisfiable => new ObjectChangedException($"{Name} was replaced since it was listed"),
        _ => null,
    };

    private async Task PauseAsync(Exception exception)
    {
        if (++_failed >= MostAttempts)
        {
            throw new IOException($"{Name} cannot be read ({S3Store.FirstSentence(exception.InnerException ?? exception)})", exception);
        }

        await Task.Delay(FirstPause * (1 << (_failed - 1)), time, stopping);
    }

    private void Disconnect()
    {
        _content = null;
        _answer?.Dispose();
        _answer = null;
    }
}

/// <summary>The object is not the one that was listed.</summary>
/// <param name="message">Which one.</param>
internal sealed class ObjectChangedException(string message) : IOException(message);
