namespace Shipper.OrderLake.Specification;

/// <summary>
/// The rules of <c>transform changes</c>, for the embedded engine alone: on AWS a delivery stream's function makes the same lines, and a
/// table over its objects is enough.
/// </summary>
internal static class ChangeSql
{
    private const string Integer = "-?[0-9]{1,10}";
    private const string Price = "-?[0-9]{1,7}([.][0-9]{1,3}0*)?";
    private const string IsoTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?";

    private static readonly Dialect Engine = Dialect.DuckDb;

    private static readonly string Checked =
        $"""
            select
                typed.*,
                case
                    when nullif(trim(orderid), '') is null then 'no_orderid'
                    when event_type is null then 'event_type_unknown'
                    when changed_at is null then 'creation_datetime_format'
                    when quantity is not null and quantity_number is null then 'quantity_not_integer'
                    when price is not null and price_number is null then 'price_not_decimal'
                end as reason
            from (
                select
                    raw_changes.*,
                    case when upper(trim(cdc_event_type)) in ('INSERT', 'MODIFY', 'REMOVE')
                        then upper(trim(cdc_event_type)) end as event_type,
                    case when {Engine.Matches("quantity", Integer)} then try_cast(quantity as integer) end as quantity_number,
                    case when {Engine.Matches("price", Price)} then try_cast(price as decimal(10,3)) end as price_number,
                    case when {Engine.Matches("creation_datetime", IsoTime)}
                        then try_cast(replace(replace(creation_datetime, 'T', ' '), 'Z', '') as timestamp) end as changed_at
                from raw_changes
            ) as typed
        """;

    /// <summary>The typed changes, of the table raw_changes.</summary>
    public static readonly string Changes =
        $"""
        select
            orderid,
            product_name,
            quantity_number as quantity,
            price_number as price,
            event_type as cdc_event_type,
            changed_at as creation_datetime,
            object,
            line,
            record,
            source,
            content_hash
        from (
        {Checked}
        ) as checked
        where reason is null
        """;

    /// <summary>What is left out, with the first reason that applies.</summary>
    public static readonly string Rejects =
        $"""
        select
            reason,
            concat_ws('|', orderid, product_name, quantity, price, cdc_event_type, creation_datetime) as content,
            object,
            line,
            record,
            source,
            content_hash
        from (
        {Checked}
        ) as checked
        where reason is not null
        """;
}
