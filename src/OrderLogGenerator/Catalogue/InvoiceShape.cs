namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>What is decided about an invoice before its lines.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Named">Whether it names its customer.</param>
/// <param name="Country">Index of the country.</param>
/// <param name="Lines">Number of its lines, at least 1.</param>
internal readonly record struct InvoiceShape(InvoiceKind Kind, bool Named, int Country, int Lines);
