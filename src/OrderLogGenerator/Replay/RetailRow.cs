namespace Shipper.OrderLogGenerator.Replay;

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
