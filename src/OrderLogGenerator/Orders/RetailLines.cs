using System.Globalization;
using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Sampled retail invoices, line by line. What a line shares with its invoice or product is encoded once.</summary>
internal sealed class RetailLines : ILineSource
{
    // 5,268 of 541,909 rows (0.97 %) repeat an earlier row of their invoice exactly. Products drawn one by one make
    // 0.61 % by chance, most of them in very long invoices; this is the rest.
    private const double RepeatedLine = 0.0036;

    private readonly RetailLineFormat _format;
    private readonly RetailSamplers _samplers;
    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly InvoiceNumbers _numbers;
    private readonly byte[][] _products;
    private readonly LineBuffer _head = new(64);
    private readonly LineBuffer _date = new(64);
    private readonly LineBuffer _tail = new(128);
    private InvoiceShape _shape;
    private int _left;
    private bool _first;
    private int _product;
    private int _quantity;
    private byte[] _price = [];

    /// <summary>Composes the source; everything random comes from <paramref name="random"/> and the schedule.</summary>
    public RetailLines(RetailLineFormat format, RetailSamplers samplers, IInvoiceSchedule schedule, SeededRandom random, bool sequence)
    {
        (_format, _samplers, _schedule, _random) = (format, samplers, schedule, random);
        _ending = format.Ending(sequence);
        _numbers = new InvoiceNumbers(random);
        _products = [.. samplers.Catalog.Products.Select(product => Encode(product.Code, product.Description))];
    }

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        while (appended < lines && buffer.Length < ILineSource.BatchBytes)
        {
            if (_left == 0)
            {
                BeginInvoice();
            }

            AppendLine(buffer);
            _left--;
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
        _left = _shape.Lines;
        _first = true;

        Span<char> number = stackalloc char[24];
        var prefix = _shape.Kind switch { InvoiceKind.Cancellation => 'C', InvoiceKind.BadDebt => 'A', _ => '\0' };
        number[0] = prefix;
        var from = prefix == '\0' ? 0 : 1;
        _numbers.Next().TryFormat(number[from..], out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
        _head.Clear();
        _format.AppendHead(_head, number[..(from + digits)]);

        _date.Clear();
        _format.AppendDate(_date, date);

        Span<char> customer = stackalloc char[12];
        var customerDigits = 0;
        if (_shape.Named)
        {
            _samplers.Customers.Pick(_shape.Country, _random.Fraction())
                .TryFormat(customer, out customerDigits, provider: System.Globalization.CultureInfo.InvariantCulture);
        }

        _tail.Clear();
        _format.AppendTail(_tail, customer[..customerDigits], _samplers.Countries.Names[_shape.Country]);
    }

    private void AppendLine(LineBuffer buffer)
    {
        buffer.Append(_head.Span);
        switch (_shape.Kind)
        {
            case InvoiceKind.Sale when _first || !_random.Chance(RepeatedLine):
                _product = _samplers.Catalog.PickSold(_shape.Named, _random.NextBits());
                var product = _samplers.Catalog.Products[_product];
                _quantity = _samplers.Quantities[product.QuantityProfile].Pick(_shape.Named, _random.NextBits());
                _price = product.Price(_shape.Named, (uint)_random.NextBits());
                break;
            case InvoiceKind.Cancellation:
                _product = _samplers.Catalog.PickCancelled(_random.NextBits());
                _quantity = _samplers.CancelledQuantities.Pick(named: true, _random.NextBits());
                _price = _samplers.Catalog.Products[_product].Price(_shape.Named, (uint)_random.NextBits());
                break;
            case InvoiceKind.StockNote:
                _product = _random.Below(_products.Length);
                _quantity = _samplers.NoteQuantities.Pick(named: true, _random.NextBits());
                _price = RetailSamplers.NoPrice;
                break;
            case InvoiceKind.BadDebt:
                _product = _samplers.Catalog.BadDebt;
                _quantity = 1;
                _price = _samplers.Catalog.Products[_product].Price(named: true, (uint)_random.NextBits());
                break;
        }

        if (_shape.Kind == InvoiceKind.StockNote)
        {
            var note = _samplers.Notes.Texts[_samplers.Notes.Pick(_random.NextBits())];
            _format.AppendProduct(buffer, _samplers.Catalog.Products[_product].Code, note);
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

/// <summary>The catalog's tables, ready to draw retail lines from.</summary>
internal sealed class RetailSamplers
{
    private RetailSamplers()
    {
        Countries = CountryList.Load();
        Catalog = ProductCatalog.Load();
        Notes = StockNotes.Load();
        Customers = new CustomerBase(Countries);
        var quantities = QuantityTable.Load();
        CancelledQuantities = quantities["cancelled"];
        NoteQuantities = quantities["stock note"];
        Quantities = [.. Enumerable.Range(0, quantities.Count - 2).Select(profile => quantities[profile.ToString(CultureInfo.InvariantCulture)])];
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
    public static RetailSamplers Load() => new();
}

/// <summary>Invoice numbers, rising; most follow the last one, some leave a gap, as in the data set.</summary>
internal sealed class InvoiceNumbers(SeededRandom random)
{
    /// <summary>The first number of the data set.</summary>
    private const long First = 536365;

    // Shares of the steps 1 to 6 in the data set; the rest of the gaps is spread over 7 to 14 to meet the mean.
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
