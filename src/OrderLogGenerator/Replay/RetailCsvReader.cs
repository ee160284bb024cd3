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

/// <summary>One usable row of a replayed file.</summary>
/// <param name="InvoiceNo">The invoice's number.</param>
/// <param name="StockCode">The product's code.</param>
/// <param name="Description">The product's text, blanks and all.</param>
/// <param name="Quantity">Pieces; negative when given back.</param>
/// <param name="InvoiceDate">The invoice's time, in no time zone.</param>
/// <param name="UnitPrice">The price, with the digits after the point that the file has.</param>
/// <param name="CustomerId">The customer's number; empty when missing.</param>
/// <param name="Country">The customer's country.</param>
internal readonly record struct RetailRow(
    string InvoiceNo,
    string StockCode,
    string Description,
    int Quantity,
    DateTime InvoiceDate,
    decimal UnitPrice,
    string CustomerId,
    string Country);

/// <summary>Why a row cannot be used.</summary>
/// <param name="Line">The line of the file, from 1, on which the row begins.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct RowFault(long Line, string Reason);

/// <summary>Where the eight columns stand in a replayed file; their order is free, and others are ignored.</summary>
internal sealed class RetailColumns
{
    /// <summary>The columns of the Online Retail data set, in its order.</summary>
    internal static readonly IReadOnlyList<string> Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private readonly int[] _positions;

    /// <summary>Looks the columns up in a header; case and blanks around a name do not matter.</summary>
    public RetailColumns(IReadOnlyList<string> header)
    {
        var trimmed = header.Select(name => name.Trim()).ToList();
        _positions = [.. Names.Select(name => trimmed.FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        Missing = [.. Names.Where((_, index) => _positions[index] < 0)];
    }

    /// <summary>Columns that the header lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The position of the column that stands at <paramref name="index"/> of <see cref="Names"/>.</summary>
    public int this[int index] => _positions[index];
}
