namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>What an invoice is about.</summary>
internal enum InvoiceKind
{
    /// <summary>Goods sold.</summary>
    Sale,

    /// <summary>Goods given back; the number starts with C and quantities are negative.</summary>
    Cancellation,

    /// <summary>A remark on stock, at price 0: counted, damaged, found.</summary>
    StockNote,

    /// <summary>An accounting entry; the number starts with A.</summary>
    BadDebt,
}
