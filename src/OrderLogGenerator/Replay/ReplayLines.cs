using System.Text;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.OrderLogGenerator.Formats;

namespace Shipper.OrderLogGenerator.Replay;

/// <summary>The rows of a real file as lines, once or in a loop, at any rate or at the speed of their dates.</summary>
internal sealed class ReplayLines : ILineSource
{
    private const long ReportedIndividually = 10;
    private const long ReportedThenEvery = 1000;

    // Time between the last row of a pass and the first of the next, in the file's own time.
    private static readonly TimeSpan PassGap = TimeSpan.FromMinutes(1);

    private readonly ReplayOptions _options;
    private readonly RetailLineFormat _format;
    private readonly LineEnding _ending;
    private readonly ILogger _logger;
    private readonly Encoding _encoding;
    private RetailCsvReader? _reader;
    private RetailRow _row;
    private bool _hasRow;
    private long _rowsOfPass;
    private DateTime _firstDate;
    private TimeSpan _passStarted;
    private TimeSpan _due;

    /// <summary>
    /// Prepares the replay of <see cref="ReplayOptions.Path"/>, which the caller has validated. Detecting its encoding reads all
    /// of the file once.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ReplayLines(ReplayOptions options, RetailLineFormat format, bool sequence, ILogger logger)
    {
        (_options, _format, _logger) = (options, format, logger);
        _ending = format.Ending(sequence);
        _encoding = EncodingOf(options.Path!, options.Encoding);
    }

    /// <inheritdoc/>
    public bool Ended { get; private set; }

    /// <inheritdoc/>
    public long Malformed { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? NextLineAt => _hasRow && _options.SpeedUp > 0 ? _due : null;

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        while (appended < lines && buffer.Length < ILineSource.BatchBytes && Advance() && !(NextLineAt > elapsed))
        {
            _format.AppendHead(buffer, _row.InvoiceNo);
            _format.AppendProduct(buffer, _row.StockCode, _row.Description);
            buffer.Append((long)_row.Quantity);
            _format.AppendDate(buffer, _row.InvoiceDate);
            buffer.Append(_row.UnitPrice);
            _format.AppendTail(buffer, _row.CustomerId, _row.Country);
            _ending.Append(buffer);
            _hasRow = false;
            appended++;
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private bool Advance()
    {
        while (!_hasRow && !Ended)
        {
            if (_reader is null)
            {
                BeginPass();
            }
            else if (!_reader.Read(out _row, out var error))
            {
                EndPass();
            }
            else if (error is { } malformed)
            {
                Malformed++;
                if (Malformed <= ReportedIndividually || Malformed % ReportedThenEvery == 0)
                {
                    GeneratorLog.MalformedRow(_logger, _options.Path!, malformed.Line, malformed.Reason, Malformed);
                }
            }
            else
            {
                AcceptRow();
            }
        }

        return _hasRow;
    }

    private void BeginPass()
    {
        _reader = new RetailCsvReader(PlainOrGzip.Open(_options.Path!), _encoding);
        _reader.ReadHeader();
        _rowsOfPass = 0;
    }

    private void EndPass()
    {
        _reader!.Dispose();
        _reader = null;
        if (_rowsOfPass == 0)
        {
            GeneratorLog.NothingToReplay(_logger, _options.Path!);
        }

        Ended = !_options.Loop || _rowsOfPass == 0;
        _passStarted = _options.SpeedUp > 0 ? _due + (PassGap / _options.SpeedUp) : default;
    }

    private void AcceptRow()
    {
        _hasRow = true;
        if (_rowsOfPass++ == 0)
        {
            _firstDate = _row.InvoiceDate;
        }

        if (_options.SpeedUp > 0)
        {
            // A row dated before its predecessor is due at the same time as that one.
            var due = _passStarted + ((_row.InvoiceDate - _firstDate) / _options.SpeedUp);
            _due = due > _due ? due : _due;
        }
    }

    private static Encoding EncodingOf(string path, ReplayEncoding configured) => configured switch
    {
        ReplayEncoding.Utf8 => Encoding.UTF8,
        ReplayEncoding.Latin1 => Encoding.Latin1,
        _ => IsUtf8(path) ? Encoding.UTF8 : Encoding.Latin1,
    };

    private static bool IsUtf8(string path)
    {
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[64 * 1024];
        var characters = new char[bytes.Length + 1];
        using var file = PlainOrGzip.Open(path);
        try
        {
            int read;
            while ((read = file.Read(bytes)) > 0)
            {
                decoder.GetChars(bytes.AsSpan(0, read), characters, flush: false);
            }

            decoder.GetChars([], characters, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
