using System.Buffers;
using System.Text.Json;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// Dead letters of one flow as JSON lines, mode 0640: a file a day, and the next when it is full; see <see cref="DeadLetterName"/>.
/// </summary>
/// <param name="directory">The directory, created when missing, with its limit.</param>
/// <param name="flow">The flow's name.</param>
/// <param name="health">Gets the reason why dead letters cannot be written, with what to do; null when they can again.</param>
/// <param name="removed">Gets the number of dead letters that were removed to make room and had not been resent.</param>
/// <param name="time">Dates files and dead letters.</param>
/// <param name="destination">Where the flow ships to; null where that is not known.</param>
internal sealed class DeadLetterFile(
    DeadLetterDirectory directory, string flow, Action<string?> health, Action<long> removed, TimeProvider time,
    LetterDestination? destination = null) : IDeadLetters, IDisposable
{
    // By so much a part may be longer than the first, apart from its data: its numbers have more digits, its data is rounded up.
    private const int LongerPart = 64;

    private readonly ArrayBufferWriter<byte> _line = new();
    private FileStream? _file;
    private string? _path;

    /// <inheritdoc/>
    public void MakeRoom(DeadLetter part, long bytes, int partBytes)
    {
        Compose(part, []);
        var parts = (bytes + partBytes - 1) / partBytes;
        var needed = checked((parts * (_line.WrittenCount + LongerPart)) + ((bytes + 2) / 3 * 4));
        Guarded(() =>
        {
            using (directory.Enter())
            {
                removed(directory.Reserve(flow, needed));
            }
        });
    }

    /// <inheritdoc/>
    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
        Compose(letter, bytes);
        Guarded(() =>
        {
            // Making room may remove files of other flows.
            using (directory.Enter())
            {
                removed(directory.Reserve(flow, _line.WrittenCount));
                Write(Open());
                directory.Written(flow, _line.WrittenCount);
            }
        });
    }

    /// <inheritdoc/>
    public void Sync()
    {
        try
        {
            Guarded(() => Sync(_file, _path));
            health(null);
        }
        catch (DeadLettersUnavailableException)
        {
            // After a failed sync the file's state is unknown: the next dead letter opens it again.
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Compose(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("at", time.GetUtcNow());
            json.WriteString("flow", flow);
            if (destination is not null)
            {
                json.WriteString("destination", destination.Stream);
            }

            if (destination?.Place is { } place)
            {
                json.WriteString("place", place);
            }

            DeadLetterMembers.Write(json, letter);
            if (letter.IsUnprocessed)
            {
                json.WriteNumber("unprocessed", 1);
            }

            json.WriteString("reason", letter.Reason);
            json.WriteBase64String("data", bytes);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
    }

    private void Write(FileStream file)
    {
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

    private FileStream Open()
    {
        var path = directory.PathFor(flow, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), _line.WrittenCount);
        if (_file is not null && path == _path && File.Exists(path))
        {
            return _file;
        }

        Sync(_file, _path);
        Close();
        PrivateFiles.CreateDirectory(directory.Path);
        _file = OpenEnd(path);
        _path = path;
        directory.Sync();
        return _file;
    }

    /// <summary>Runs <paramref name="work"/>; a disk error becomes the flow's health and one type of exception.</summary>
    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = exception is DeadLettersUnavailableException
                ? exception.Message
                : $"{exception.Message.TrimEnd('.')}. Make room on the disk of {directory.Path}, or make it writable for the service";
            health($"A dead letter cannot be written: {reason}. Nothing is dropped: what cannot be set aside waits");
            throw new DeadLettersUnavailableException(reason, exception);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private static void Sync(FileStream? file, string? path)
    {
        if (file is null)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.SyncData(file.SafeFileHandle, path ?? ""); // .NET's own flush ignores some errors
        }
        else
        {
            file.Flush(flushToDisk: true);
        }
    }

    private static FileStream OpenEnd(string path)
    {
        var file = SafeFiles.OpenOrCreate(path, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            if (file.Seek(0, SeekOrigin.End) > 0)
            {
                file.Position--;
                if (file.ReadByte() != '\n')
                {
                    file.WriteByte((byte)'\n'); // a crash tore the last line; the next one must not join it
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
