using System.Text;
using Microsoft.Extensions.Logging;
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

    /// <summary>Prepares the replay of <see cref="ReplayOptions.Path"/>, which the caller has validated.</summary>
    public ReplayLines(ReplayOptions options, RetailLineFormat format, bool sequence, ILogger logger)
    {
        (_options, _format, _logger) = (options, format, logger);
        _ending = format.Ending(sequence);
        _encoding = ReplayFile.EncodingOf(options.Path!, options.Encoding);
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
        _reader = new RetailCsvReader(ReplayFile.Open(_options.Path!), _encoding);
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
}
