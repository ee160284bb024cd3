using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>
/// Writes batches of whole lines to one log file and never tears or repeats a line. A failed write does not move the
/// offset: the same bytes are written there again until that succeeds, so that bytes a reader has already seen never
/// change. If the process has to stop before, the file is truncated after its last whole line.
/// </summary>
internal sealed class LogWriter(RotatingFile rotating, RotationRule rule, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan InitialBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(30);

    private ILogFile? _file;
    private long _offset;
    private TimeSpan _backoff = InitialBackoff;
    private long _lastReport;
    private long _failures;

    /// <summary>Number of files created so far.</summary>
    public long Files => rotating.Files;

    /// <summary>Whether the current write fails and is being repeated.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0;

    /// <summary>
    /// Writes <paramref name="lines"/> and retries until a passing problem such as a full disk or a missing permission is
    /// fixed. Writes less only if it is stopped.
    /// </summary>
    public async ValueTask<WriteResult> WriteAsync(ReadOnlyMemory<byte> lines, int count, CancellationToken stopping)
    {
        var written = 0;
        var piece = 0;
        while (written < lines.Length)
        {
            try
            {
                // A piece of which a part is written must be completed in the same file, even if a rotation has become due.
                piece = piece > 0 ? piece : NextPiece(lines.Span[written..]);
                WritePiece(lines.Span.Slice(written, piece));
                written += piece;
                piece = 0;
                ReportRecovery();
            }
            catch (Exception exception) when (exception.IsDiskError())
            {
                ReportFailure(exception);
                if (!await BackOffAsync(stopping))
                {
                    written += piece > 0 ? TruncateToWholeLines(lines.Span.Slice(written, piece)) : 0;
                    return new WriteResult(lines.Span[..written].Count((byte)'\n'), written);
                }
            }
        }

        return new WriteResult(count, written);
    }

    /// <inheritdoc/>
    public void Dispose() => rotating.Dispose();

    private int NextPiece(ReadOnlySpan<byte> lines)
    {
        while (true)
        {
            if (_file is null)
            {
                _file = rotating.Open();
                _offset = 0;
            }

            var fitting = rule.Fits(lines, _offset, rotating.Age);
            if (fitting > 0)
            {
                return fitting;
            }

            var rotated = rotating.Path;
            rotating.Rotate();
            _file = null;
            GeneratorLog.Rotated(logger, rotated, _offset);
        }
    }

    private void WritePiece(ReadOnlySpan<byte> piece)
    {
        var length = _file!.Length;
        if (length < _offset)
        {
            // Another process truncated the file, as logrotate's copytruncate does. Writing at the old offset would fill
            // the gap with zeros.
            GeneratorLog.TruncatedByOther(logger, rotating.Path, _offset, length);
            _offset = length;
        }

        _file.Write(piece, _offset);
        _offset += piece.Length;
    }

    private int TruncateToWholeLines(ReadOnlySpan<byte> piece)
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
        catch (Exception exception) when (exception.IsDiskError())
        {
            GeneratorLog.TornLine(logger, rotating.Path, exception.Message);
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

        _backoff = _backoff * 2 < MaxBackoff ? _backoff * 2 : MaxBackoff;
        return true;
    }

    private void ReportFailure(Exception exception)
    {
        _failures++;
        if (_failures == 1 || time.GetElapsedTime(_lastReport) >= ReportInterval)
        {
            _lastReport = time.GetTimestamp();
            GeneratorLog.CannotWrite(logger, rotating.Path, exception.Message, _failures);
        }
    }

    private void ReportRecovery()
    {
        if (_failures > 0)
        {
            GeneratorLog.WritesAgain(logger, rotating.Path, _failures);
            _failures = 0;
            _backoff = InitialBackoff;
        }
    }
}

/// <summary>What was written of a batch.</summary>
/// <param name="Lines">Whole lines that were written.</param>
/// <param name="Bytes">Their bytes.</param>
internal readonly record struct WriteResult(long Lines, long Bytes);
