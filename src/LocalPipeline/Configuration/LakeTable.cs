using Microsoft.Extensions.Configuration;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>Which table the lines of a run become.</summary>
internal enum LakeTable
{
    /// <summary>None: the user wants none, or there is none for such lines.</summary>
    None,

    /// <summary>Retail lines become <c>orders</c>.</summary>
    Orders,

    /// <summary>Order change events become <c>order_events</c> and <c>order_state</c>.</summary>
    Events,

    /// <summary>Changes of a table, in their envelope or flat, become <c>order_changes</c>.</summary>
    Changes,
}

/// <summary>Chooses the table.</summary>
internal static class LakeTables
{
    /// <summary>The key of the generator's format.</summary>
    public const string FormatKey = "Generator:Format";

    /// <summary>The table for the lines that the generator writes.</summary>
    public static LakeTable For(IConfiguration configuration) => configuration[FormatKey]?.ToUpperInvariant() switch
    {
        null or "" or "RETAILJSON" or "RETAILCSV" => LakeTable.Orders,
        "ORDERCHANGE" => LakeTable.Events,
        "SALESCHANGE" or "DYNAMODBCHANGE" => LakeTable.Changes,
        _ => LakeTable.None,
    };
}
