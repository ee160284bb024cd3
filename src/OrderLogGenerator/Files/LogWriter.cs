using Microsoft.Extensions.Logging;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>
/// Writes batches of whole lines to one slot and never tears or repeats a line. A failed write leaves its offset where it
/// was; the same bytes are written at the same place until they are in, so a reader that saw a part of them saw nothing
/// that changes. When the process must stop first, the file is cut back to its last whole line.
/// </summary>
internal sealed class LogWriter(LogFileSlot slot, RotationRule rule, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepeatsEvery = TimeSpan.FromSeconds(30);

    private ILogFile? _file;
    private long _offset;
    private TimeSpan _backoff = FirstBackoff;
    private long _lastReport;
    private long _failures;

    /// <summary>Files begun so far.</summary>
    public long Files => slot.Files;

    /// <summary>True while it waits for a disk that refuses to be written.</summary>
    public bool IsRefused => Volatile.Read(ref _failures) > 0;

    /// <summary>Writes <paramref name="lines"/>, waiting out what can pass: a full disk, a missing permission. Less is written only on a stop.</summary>
    public async ValueTask<WriteResult> WriteAsync(ReadOnlyMemory<byte> lines, int count, CancellationToken stopping)
    {
        var written = 0;
        var piece = 0;
        while (written < lines.Length)
        {
            try
            {
                // A piece that is partly in the file goes nowhere else, whatever a rotation rule says meanwhile.
                piece = piece > 0 ? piece : NextPiece(lines.Span[written..]);
                WritePiece(lines.Span.Slice(written, piece));
                written += piece;
                piece = 0;
                Recovered();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Report(exception);
                if (!await BackOffAsync(stopping))
                {
                    written += piece > 0 ? CutToWholeLines(lines.Span.Slice(written, piece)) : 0;
                    return new WriteResult(lines.Span[..written].Count((byte)'\n'), written);
                }
            }
        }

        return new WriteResult(count, written);
    }

    /// <inheritdoc/>
    public void Dispose() => slot.Dispose();

    private int NextPiece(ReadOnlySpan<byte> lines)
    {
        while (true)
        {
            if (_file is null)
            {
                _file = slot.Open();
                _offset = 0;
            }

            var fitting = rule.Fits(lines, _offset, slot.Age);
            if (fitting > 0)
            {
                return fitting;
            }

            var rotated = slot.Path;
            slot.Rotate();
            _file = null;
            GeneratorLog.Rotated(logger, rotated, _offset);
        }
    }

    private void WritePiece(ReadOnlySpan<byte> piece)
    {
        var length = _file!.Length;
        if (length < _offset)
        {
            // Somebody else emptied the file, as logrotate's copytruncate does; writing on at the old offset would
            // fill the gap with zeros.
            GeneratorLog.TruncatedByOther(logger, slot.Path, _offset, length);
            _offset = length;
        }

        _file.Write(piece, _offset);
        _offset += piece.Length;
    }

    private int CutToWholeLines(ReadOnlySpan<byte> piece)
    {
        try
        {
            var inFile = (int)Math.Clamp(_file!.Length - _offset, 0, piece.Length);
            var whole = piece[..inFile].LastIndexOf((byte)'\n') + 1;
            if (whole < inFile)
            {
                _file.Truncate(_offset + whole);
            }

            return whole;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            GeneratorLog.TornLine(logger, slot.Path, exception.Message);
            return 0;
        }
    }

    private async ValueTask<bool> BackOffAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(_backoff, time, stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _backoff = _backoff * 2 < LongestBackoff ? _backoff * 2 : LongestBackoff;
        return true;
    }

    private void Report(Exception exception)
    {
        _failures++;
        if (_failures == 1 || time.GetElapsedTime(_lastReport) >= RepeatsEvery)
        {
            _lastReport = time.GetTimestamp();
            GeneratorLog.CannotWrite(logger, slot.Path, exception.Message, _failures);
        }
    }

    private void Recovered()
    {
        if (_failures > 0)
        {
            GeneratorLog.WritesAgain(logger, slot.Path, _failures);
            _failures = 0;
            _backoff = FirstBackoff;
        }
    }
}

/// <summary>What became of a batch.</summary>
/// <param name="Lines">Whole lines that are in a file.</param>
/// <param name="Bytes">Their bytes.</param>
internal readonly record struct WriteResult(long Lines, long Bytes);
