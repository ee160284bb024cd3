using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Reads retail rows one by one and says what is wrong with those that cannot be used.</summary>
internal sealed class RetailCsvReader : IDisposable
{
    private static readonly string[] DateFormats =
        ["M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    private readonly StreamReader _text;
    private readonly CsvParser _parser;
    private readonly int[] _positions = new int[RetailColumns.Names.Count];
    private int _fields;
    private int _lastLine;
    private bool _badQuotes;
    private string _dateText = "";
    private DateTime _date;

    /// <summary>Takes over <paramref name="stream"/>; call <see cref="ReadHeader"/> first.</summary>
    public RetailCsvReader(Stream stream, Encoding encoding)
    {
        _text = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
        _parser = new CsvParser(_text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            // Names, codes and countries come again and again; one string each is enough.
            CacheFields = true,
            BadDataFound = _ => _badQuotes = true,
        });
    }

    /// <summary>The line, from 1, on which the row last read begins.</summary>
    public int Line { get; private set; }

    /// <summary>Why the row last read cannot be used; null when it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the header; null when the file is empty.</summary>
    public RetailColumns? ReadHeader()
    {
        if (!_parser.Read())
        {
            return null;
        }

        _lastLine = _parser.RawRow;
        var columns = new RetailColumns(_parser.Record ?? []);
        for (var i = 0; i < _positions.Length; i++)
        {
            _positions[i] = columns[i];
        }

        _fields = columns.Count;
        return columns;
    }

    /// <summary>Reads the next row; false at the end. With a <see cref="Fault"/> the row is empty.</summary>
    public bool Read(out RetailRow row)
    {
        row = default;
        Fault = null;
        _badQuotes = false;
        if (!_parser.Read())
        {
            return false;
        }

        // Blank lines are passed over, so the row begins as many lines before the parser's place as it has.
        Line = Math.Max(_lastLine + 1, _parser.RawRow - LineBreaksWithin(_parser.RawRecord));
        _lastLine = _parser.RawRow;
        Fault = Parse(out row);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parser.Dispose();
        _text.Dispose();
    }

    private static int LineBreaksWithin(string record) => record.AsSpan().TrimEnd("\r\n").Count('\n');

    private string? Parse(out RetailRow row)
    {
        row = default;
        if (_parser.Count != _fields)
        {
            return $"has {_parser.Count} fields where the header has {_fields}";
        }

        var (invoice, code, description) = (Field(0), Field(1), Field(2));
        var (quantityText, dateText, priceText) = (Field(3), Field(4), Field(5));
        var (customer, country) = (Field(6), Field(7));
        if (_badQuotes)
        {
            return "has a quote where none may be";
        }

        if (invoice.Length == 0 || code.Length == 0)
        {
            return $"has no {(invoice.Length == 0 ? "InvoiceNo" : "StockCode")}";
        }

        if (!int.TryParse(quantityText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity))
        {
            return $"Quantity \"{quantityText}\" is not a whole number";
        }

        if (!decimal.TryParse(priceText, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price))
        {
            return $"UnitPrice \"{priceText}\" is not a number";
        }

        if (!TryDate(dateText))
        {
            return $"InvoiceDate \"{dateText}\" is not a date such as 12/1/2010 8:26";
        }

        row = new RetailRow(invoice, code, description, quantity, _date, price, customer, country);
        return null;
    }

    private string Field(int column) => _parser[_positions[column]];

    private bool TryDate(string text)
    {
        // The lines of an invoice follow each other and share its date.
        if (text == _dateText)
        {
            return true;
        }

        if (!DateTime.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        (_dateText, _date) = (text, date);
        return true;
    }
}
