using System.Globalization;
using System.Text;
using CsvHelper;

namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Reads retail rows one by one and reports what is wrong with malformed ones.</summary>
internal sealed class RetailCsvReader : IDisposable
{
    // Far above any row of orders: stops at files without line breaks, which are something else.
    private const int MaxRowBytes = 1024 * 1024;

    private const NumberStyles PriceStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private static readonly string[] DateFormats =
        ["M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    private readonly CsvReader _csv;
    private readonly Queue<RowError> _skipped = [];
    private RetailColumns _columns = new([]);
    private string _dateText = "";
    private DateTime _date;

    /// <summary>Takes ownership of <paramref name="stream"/>; call <see cref="ReadHeader"/> first.</summary>
    public RetailCsvReader(Stream stream, Encoding encoding) =>
        _csv = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = ',',
            Encoding = encoding,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRowBytes,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,

            // Otherwise a quote that is never closed would swallow the rest of the file.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => _skipped.Enqueue(new RowError(record.LineNumber, Describe(record.Reason))),

            // Descriptions, codes and countries are repeated many times.
            PoolStrings = true,
        });

    /// <summary>Reads the header and locates the columns.</summary>
    /// <exception cref="CsvFormatException">The file is not CSV.</exception>
    public RetailColumns ReadHeader()
    {
        _csv.ReadHeader();
        return _columns = new RetailColumns([.. _csv.Headers]);
    }

    /// <summary>
    /// Reads the next row; false at the end. If <paramref name="error"/> is set there is no row, and reading can continue.
    /// </summary>
    public bool Read(out RetailRow row, out RowError? error)
    {
        row = default;
        error = null;
        if (_skipped.Count == 0 && _csv.Read())
        {
            if (Parse(out row) is { } reason)
            {
                error = new RowError(_csv.LineNumber, reason);
            }

            // Malformed rows that the reader skipped before this one are reported by the next calls.
            return true;
        }

        if (_skipped.TryDequeue(out var skipped))
        {
            error = skipped;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private static string Describe(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote is inside a field that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote",
        CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "a quote is not closed on its line",
        CsvMalformedReason.FieldCountMismatch => "the number of fields differs from the header",
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

        if (!decimal.TryParse(priceText, PriceStyle, CultureInfo.InvariantCulture, out var price))
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
        // The lines of an invoice are adjacent and have the same date, so that parsing it again is mostly unnecessary.
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
/// <param name="InvoiceNo">Invoice number.</param>
/// <param name="StockCode">Product code.</param>
/// <param name="Description">Description of the product, not trimmed.</param>
/// <param name="Quantity">Pieces; negative for returns.</param>
/// <param name="InvoiceDate">Time of the invoice, without a time zone.</param>
/// <param name="UnitPrice">Price, with as many decimal places as in the file.</param>
/// <param name="CustomerId">Customer number; empty if missing.</param>
/// <param name="Country">Country of the customer.</param>
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
/// <param name="Line">Line of the file on which the row begins, from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct RowError(long Line, string Reason);

/// <summary>The positions of the eight columns in a replayed file; they may have any order, and other columns are ignored.</summary>
internal sealed class RetailColumns
{
    /// <summary>The columns of the Online Retail data set, in its order.</summary>
    internal static readonly IReadOnlyList<string> Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private readonly int[] _positions;

    /// <summary>Finds the columns in a header, ignoring case and blanks around names.</summary>
    public RetailColumns(IReadOnlyList<string> header)
    {
        var trimmed = header.Select(name => name.Trim()).ToList();
        _positions = [.. Names.Select(name => trimmed.FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        Missing = [.. Names.Where((_, index) => _positions[index] < 0)];
    }

    /// <summary>Columns that the header lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The position of the column at <paramref name="index"/> of <see cref="Names"/>.</summary>
    public int this[int index] => _positions[index];
}
