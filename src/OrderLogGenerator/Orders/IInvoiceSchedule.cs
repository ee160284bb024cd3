namespace Shipper.OrderLogGenerator.Orders;

/// <summary>Which invoice comes next, and when.</summary>
internal interface IInvoiceSchedule
{
    /// <summary>The next invoice; its time is never before the one of the last.</summary>
    ScheduledInvoice Next();
}
