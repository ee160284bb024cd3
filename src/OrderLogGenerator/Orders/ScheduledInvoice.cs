using Shipper.OrderLogGenerator.Catalogue;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>An invoice and when it is written.</summary>
/// <param name="Shape">Kind, customer, country and size.</param>
/// <param name="Date">Its time, in UTC.</param>
internal readonly record struct ScheduledInvoice(InvoiceShape Shape, DateTime Date);
