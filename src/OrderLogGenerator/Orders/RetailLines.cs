using System.Globalization;
using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Sampled retail invoices, line by line. What is the same for an invoice or a product is encoded once.</summary>
internal sealed class RetailLines : ILineSource
{
    // 5,268 of 541,909 rows (0.97 %) are exact repeats of an earlier row of their invoice. Independent draws produce 0.61 %
    // by chance, most of them in very long invoices; this is the difference.
    private const double RepeatShare = 0.0036;

    private readonly RetailLineFormat _format;
    private readonly RetailTables _tables;
    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly InvoiceNumbers _numbers;
    private readonly byte[][] _products;
    private readonly LineBuffer _head = new(64);
    private readonly LineBuffer _date = new(64);
    private readonly LineBuffer _tail = new(128);
    private InvoiceShape _shape;
    private int _remaining;
    private bool _first;
    private int _product;
    private int _quantity;
    private byte[] _price = [];

    /// <summary>All randomness comes from <paramref name="random"/> and the schedule.</summary>
    public RetailLines(RetailLineFormat format, RetailTables tables, IInvoiceSchedule schedule, SeededRandom random, bool sequence)
    {
        (_format, _tables, _schedule, _random) = (format, tables, schedule, random);
        _ending = format.Ending(sequence);
        _numbers = new InvoiceNumbers(random);
        _products = [.. tables.Catalog.Products.Select(product => Encode(product.Code, product.Description))];
    }

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        while (appended < lines && buffer.Length < ILineSource.BatchBytes)
        {
            if (_remaining == 0)
            {
                BeginInvoice();
            }

            AppendLine(buffer);
            _remaining--;
            appended++;
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void BeginInvoice()
    {
        (_shape, var date) = _schedule.Next();
        _remaining = _shape.Lines;
        _first = true;

        Span<char> number = stackalloc char[24];
        var prefix = _shape.Kind switch { InvoiceKind.Cancellation => 'C', InvoiceKind.BadDebt => 'A', _ => '\0' };
        number[0] = prefix;
        var from = prefix == '\0' ? 0 : 1;
        _numbers.Next().TryFormat(number[from..], out var digits, provider: CultureInfo.InvariantCulture);
        _head.Clear();
        _format.AppendHead(_head, number[..(from + digits)]);

        _date.Clear();
        _format.AppendDate(_date, date);

        Span<char> customer = stackalloc char[12];
        var customerDigits = 0;
        if (_shape.Named)
        {
            _tables.Customers.Pick(_shape.Country, _random.Fraction())
                .TryFormat(customer, out customerDigits, provider: CultureInfo.InvariantCulture);
        }

        _tail.Clear();
        _format.AppendTail(_tail, customer[..customerDigits], _tables.Countries.Names[_shape.Country]);
    }

    private void AppendLine(LineBuffer buffer)
    {
        buffer.Append(_head.Span);
        switch (_shape.Kind)
        {
            case InvoiceKind.Sale when _first || !_random.Chance(RepeatShare):
                _product = _tables.Catalog.PickSold(_shape.Named, _random.NextBits());
                var product = _tables.Catalog.Products[_product];
                _quantity = _tables.Quantities[product.QuantityProfile].Pick(_shape.Named, _random.NextBits());
                _price = product.Price(_shape.Named, (uint)_random.NextBits());
                break;
            case InvoiceKind.Cancellation:
                _product = _tables.Catalog.PickCancelled(_random.NextBits());
                _quantity = _tables.CancelledQuantities.Pick(named: true, _random.NextBits());
                _price = _tables.Catalog.Products[_product].Price(_shape.Named, (uint)_random.NextBits());
                break;
            case InvoiceKind.StockNote:
                _product = _random.Below(_products.Length);
                _quantity = _tables.NoteQuantities.Pick(named: true, _random.NextBits());
                _price = RetailTables.NoPrice;
                break;
            case InvoiceKind.BadDebt:
                _product = _tables.Catalog.BadDebt;
                _quantity = 1;
                _price = _tables.Catalog.Products[_product].Price(named: true, (uint)_random.NextBits());
                break;
        }

        if (_shape.Kind == InvoiceKind.StockNote)
        {
            var note = _tables.Notes.Texts[_tables.Notes.Pick(_random.NextBits())];
            _format.AppendProduct(buffer, _tables.Catalog.Products[_product].Code, note);
        }
        else
        {
            buffer.Append(_products[_product]);
        }

        _first = false;
        buffer.Append((long)_quantity);
        buffer.Append(_date.Span);
        buffer.Append(_price);
        buffer.Append(_tail.Span);
        _ending.Append(buffer);
    }

    private byte[] Encode(string code, string description)
    {
        var encoded = new LineBuffer(128);
        _format.AppendProduct(encoded, code, description);
        return encoded.Span.ToArray();
    }
}

/// <summary>The tables of the catalog from which retail lines are drawn.</summary>
internal sealed class RetailTables
{
    private RetailTables()
    {
        Countries = CountryList.Load();
        Catalog = ProductCatalog.Load();
        Notes = StockNotes.Load();
        Customers = new CustomerBase(Countries);
        var quantities = QuantityTable.Load();
        CancelledQuantities = quantities["cancelled"];
        NoteQuantities = quantities["stock note"];
        Quantities = [.. Enumerable.Range(0, quantities.Count - 2).Select(Quantity)];

        QuantityTable Quantity(int profile) => quantities[profile.ToString(CultureInfo.InvariantCulture)];
    }

    /// <summary>The price of a stock note.</summary>
    public static byte[] NoPrice { get; } = "0"u8.ToArray();

    /// <summary>Countries by index.</summary>
    public CountryList Countries { get; }

    /// <summary>Products and their popularity.</summary>
    public ProductCatalog Catalog { get; }

    /// <summary>Remarks on stock.</summary>
    public StockNotes Notes { get; }

    /// <summary>Invented customers.</summary>
    public CustomerBase Customers { get; }

    /// <summary>Quantities sold, by profile.</summary>
    public QuantityTable[] Quantities { get; }

    /// <summary>Quantities of cancelled lines, negative.</summary>
    public QuantityTable CancelledQuantities { get; }

    /// <summary>Quantities of stock notes, either sign.</summary>
    public QuantityTable NoteQuantities { get; }

    /// <summary>Reads the embedded tables.</summary>
    public static RetailTables Load() => new();
}

/// <summary>Increasing invoice numbers with occasional gaps, as in the data set.</summary>
internal sealed class InvoiceNumbers(SeededRandom random)
{
    /// <summary>The first number of the data set.</summary>
    private const long First = 536365;

    // Cumulative shares of the steps 1 to 6 in the data set. Larger steps are spread over 7 to 14, which meets the mean.
    private static readonly double[] CumulativeSteps = [0.8037, 0.8894, 0.9151, 0.9291, 0.9398, 0.9480];

    private long _next = First;

    /// <summary>The next number.</summary>
    public long Next()
    {
        var number = _next;
        var fraction = random.Fraction();
        var step = 0;
        while (step < CumulativeSteps.Length && fraction >= CumulativeSteps[step])
        {
            step++;
        }

        _next += step < CumulativeSteps.Length ? step + 1 : 7 + random.Below(8);
        return number;
    }
}
