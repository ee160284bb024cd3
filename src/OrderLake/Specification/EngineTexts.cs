namespace Shipper.OrderLake.Specification;

/// <summary>
/// The texts of each engine, made of the specification. They are checked in beside each other; a test compares them with this, and the
/// program runs those of DuckDB.
/// </summary>
internal static class EngineTexts
{
    /// <summary>The names of an engine's texts, without their extension.</summary>
    public static IReadOnlyList<string> Of(Dialect dialect)
    {
        string[] all = ["orders", "rejects", "events", "event_rejects", "order_state", "tables"];
        return dialect == Dialect.Athena ? [.. all, "audit", "orders_view"]
            : dialect == Dialect.Spark
                ? [.. all, "audit", "raw_orders", "raw_events", "changed_orders", "changed_partitions", "order_versions"]
            : all;
    }

    /// <summary>Makes a text.</summary>
    /// <param name="dialect">The engine.</param>
    /// <param name="text">One of its names.</param>
    public static string Make(Dialect dialect, string text) => text switch
    {
        "orders" => HistorySql.Orders(dialect),
        "rejects" => HistorySql.Rejects(dialect),
        "events" => EventSql.Events(dialect),
        "event_rejects" => EventSql.Rejects(dialect),
        "order_state" => EventSql.State(),
        "audit" => AuditSql.OfRawOrders(),
        "raw_orders" => LandingSql.Raw(TableColumns.RawOrders),
        "raw_events" => LandingSql.Raw(TableColumns.RawEvents),
        "changed_orders" => LakeOnAwsSql.ChangedOrders(),
        "changed_partitions" => LakeOnAwsSql.ChangedPartitions,
        "order_versions" => LakeOnAwsSql.OrderVersions(),
        "orders_view" => LakeOnAwsSql.OrdersView(),
        "tables" => string.Join('\n', dialect.Tables.Select(dialect.CreateTable)),
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "no text has this name"),
    };

    /// <summary>The columns of a select, one in each line.</summary>
    public static string List(IEnumerable<string> columns) => string.Join(",\n    ", columns);
}
