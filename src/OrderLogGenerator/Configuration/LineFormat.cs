namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>The shape of a line.</summary>
internal enum LineFormat
{
    /// <summary>A line of a retail invoice as JSON.</summary>
    RetailJson,

    /// <summary>A line of a retail invoice as CSV without a header.</summary>
    RetailCsv,

    /// <summary>An order inserted or updated in a database, as JSON.</summary>
    OrderChange,

    /// <summary>A sale inserted or modified, as JSON.</summary>
    SalesChange,

    /// <summary>An invented person, as JSON.</summary>
    UserEvent,
}
