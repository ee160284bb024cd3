using System.Globalization;
using Shipper.OrderLogGenerator.Catalogue;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>The catalogue's tables, ready to draw retail lines from.</summary>
internal sealed class RetailSamplers
{
    private RetailSamplers()
    {
        Countries = CountryList.Load();
        Catalogue = ProductCatalogue.Load();
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
    public ProductCatalogue Catalogue { get; }

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
