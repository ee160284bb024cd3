using System.Globalization;
using System.Text;
using CsvHelper;

namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Reads retail rows one by one and says what is wrong with those that cannot be used.</summary>
internal sealed class RetailCsvReader : IDisposable
{
    // No row of orders is near this long; a file without line breaks is something else.
    private const int LongestRow = 1024 * 1024;

    private static readonly string[] DateFormats =
        ["M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    private readonly CsvReader _csv;
    private readonly Queue<RowFault> _faults = [];
    private RetailColumns _columns = new([]);
    private string _dateText = "";
    private DateTime _date;

    /// <summary>Takes over <paramref name="stream"/>; call <see cref="ReadHeader"/> first.</summary>
    public RetailCsvReader(Stream stream, Encoding encoding) =>
        _csv = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = ',',
            Encoding = encoding,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRow,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,

            // A quote that is never closed then costs one row, not the rest of the file.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => _faults.Enqueue(new RowFault(record.LineNumber, Word(record.Reason))),

            // Names, codes and countries come again and again; one string each is enough.
            PoolStrings = true,
        });

    /// <summary>Reads the header and finds the columns.</summary>
    /// <exception cref="CsvFormatException">It is not CSV.</exception>
    public RetailColumns ReadHeader()
    {
        _csv.ReadHeader();
        return _columns = new RetailColumns([.. _csv.Headers]);
    }

    /// <summary>Reads the next row; false at the end. With a <paramref name="fault"/> there is no row, and reading can go on.</summary>
    public bool Read(out RetailRow row, out RowFault? fault)
    {
        row = default;
        fault = null;
        if (_faults.Count == 0 && _csv.Read())
        {
            if (Parse(out row) is { } reason)
            {
                fault = new RowFault(_csv.LineNumber, reason);
            }

            // A faulty row before this one was passed over on the way; it is told of next time.
            return true;
        }

        if (_faults.TryDequeue(out var passedOver))
        {
            fault = passedOver;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private static string Word(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands inside a field that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote",
        CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "a quote is not closed on its line",
        CsvMalformedReason.FieldCountMismatch => "the number of fields is not the header's",
        _ => $"it is not CSV ({reason})",
    };

    private string? Parse(out RetailRow row)
    {
        row = default;
        var (invoice, code, description) = (Field(0), Field(1), Field(2));
        var (quantityText, dateText, priceText) = (Field(3), Field(4), Field(5));
        var (customer, country) = (Field(6), Field(7));
        if (invoice.Length == 0 || code.Length == 0)
        {
            return $"{(invoice.Length == 0 ? RetailColumns.Names[0] : RetailColumns.Names[1])} is empty";
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

    private string Field(int column) => _csv.GetString(_columns[column]);

    private bool TryDate(string text)
    {
        // The lines of an invoice follow each other and share its date.
        if (text == _dateText)
        {
            return text.Length > 0;
        }

        if (!DateTime.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        (_dateText, _date) = (text, date);
        return true;
    }
}
