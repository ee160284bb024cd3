using System.Buffers;
using System.Text.Json;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Delivery;

/// <summary>Dead letters of one flow as JSON lines, one file a day: <c>FLOW-yyyyMMdd.jsonl</c>, mode 0640.</summary>
/// <param name="directory">Where; created when missing.</param>
/// <param name="flow">The flow's name.</param>
/// <param name="time">Dates files and letters.</param>
/// <param name="syncDirectory">Makes a new file's name durable; null where the file system needs no asking.</param>
internal sealed class DeadLetterFile(string directory, string flow, TimeProvider time, Action? syncDirectory = null) : IDeadLetters, IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private FileStream? _file;
    private string? _path;

    /// <inheritdoc/>
    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("at", time.GetUtcNow());
            json.WriteString("flow", flow);
            json.WriteString("path", letter.Path);
            json.WriteNumber("stream", letter.Stream.Number);
            json.WriteNumber("start", letter.Span.Start);
            json.WriteNumber("end", letter.Span.End);
            json.WriteString("reason", letter.Reason);
            json.WriteBase64String("data", bytes);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        var file = Open();
        var before = file.Length;
        try
        {
            file.Write(_line.WrittenSpan);
        }
        catch (IOException)
        {
            file.SetLength(before); // no torn line in front of the next one
            throw;
        }
    }

    /// <inheritdoc/>
    public void Sync()
    {
        try
        {
            _file?.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // After a failed sync the file's state is unknown: the next letter opens it anew.
            _file?.Dispose();
            _file = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private FileStream Open()
    {
        var path = Path.Join(directory, $"{flow}-{time.GetUtcNow():yyyyMMdd}.jsonl");
        if (_file is not null && path == _path && File.Exists(path))
        {
            return _file;
        }

        _file?.Flush(flushToDisk: true);
        _file?.Dispose();
        _file = null;
        try
        {
            PrivateFiles.CreateDirectory(directory);
            _file = OpenEnd(path);
            syncDirectory?.Invoke();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        _path = path;
        return _file;
    }

    private static FileStream OpenEnd(string path)
    {
        var file = new FileStream(path, PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        try
        {
            if (file.Seek(0, SeekOrigin.End) > 0)
            {
                file.Position--;
                if (file.ReadByte() != '\n')
                {
                    file.WriteByte((byte)'\n'); // a crash tore the last line; it must not take the next one with it
                }
            }

            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }
}
