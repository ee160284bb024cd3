namespace Shipper.OrderLake.Specification;

/// <summary>The rules of <c>transform events</c>, from which the text of each engine is made.</summary>
internal static class EventSql
{
    private const string WholeNumber = "[0-9]{1,18}";
    private const string Amount = "-?[0-9]{1,10}([.,][0-9]{1,2}0*)?";
    private const string IsoTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?";

    /// <summary>
    /// Of two events of an order the one that comes first in this order wins. Events of the same time are decided by what they say, never
    /// by when they came: so any order of arrival, and any replay, gives the same table.
    /// </summary>
    private const string NewestFirst =
        "event_timestamp desc, case operation when 'delete' then 3 when 'update' then 2 else 1 end desc, "
        + "amount desc nulls last, payment_method desc nulls last, product_id desc nulls last, user_id desc nulls last";

    /// <summary>The typed events.</summary>
    public static string Events(Dialect dialect) =>
        $"""
        -- The order change events, typed, of the table raw_events, in which every column is text.
        -- Made by EventSql of the rules and columns.tsv.
        select
            order_number as order_id,
            user_number as user_id,
            product_number as product_id,
            operation,
            amount_number as amount,
            payment_method,
            {EngineTexts.List(["event_time as event_timestamp", .. OriginOfEvent(dialect)])}
        from (
        {Checked(dialect)}
        ) as checked
        where reason is null

        """;

    /// <summary>What is left out.</summary>
    public static string Rejects(Dialect dialect) =>
        $"""
        -- The order change events that are left out, with the first reason that applies.
        -- Made by EventSql of the rules.
        select
            {EngineTexts.List(RejectColumns(dialect))}
        from (
        {Checked(dialect)}
        ) as checked
        where reason is not null

        """;

    /// <summary>The newest event of each order, of order_versions: events, and what was the newest before.</summary>
    public static string State()
    {
        var columns = EngineTexts.List(TableColumns.NamesOf(TableColumns.OrderState));
        return $"""
            -- The newest event of each order, of the table order_versions, whatever the order of arrival.
            -- Made by EventSql of the rule and columns.tsv.
            select
                {columns}
            from (
                select
                    order_versions.*,
                    row_number() over (
                        partition by order_id
                        order by
                            {NewestFirst.Replace(", ", ",\n                ", StringComparison.Ordinal)}
                    ) as age
                from order_versions
            ) as numbered
            where age = 1

            """;
    }

    private static string Checked(Dialect dialect) =>
        $"""
            select
                typed.*,
                case
                    {LandingSql.WhenBroken(dialect)}when order_number is null then 'order_id_not_integer'
                    when user_id is not null and user_number is null then 'user_id_not_integer'
                    when product_id is not null and product_number is null then 'product_id_not_integer'
                    when operation is null then 'operation_unknown'
                    when event_time is null then 'event_timestamp_format'
                    when amount is not null and amount_number is null then 'amount_not_decimal'
                    when amount_number is null and operation <> 'delete' then 'no_amount'
                end as reason
            from (
                select
                    raw_events.*,
                    {Integer(dialect, "order_id")} as order_number,
                    {Integer(dialect, "user_id")} as user_number,
                    {Integer(dialect, "product_id")} as product_number,
                    case lower({dialect.Trim("database_operation")})
                        when 'i' then 'insert'
                        when 'c' then 'insert'
                        when 'insert' then 'insert'
                        when 'create' then 'insert'
                        when 'u' then 'update'
                        when 'update' then 'update'
                        when 'modify' then 'update'
                        when 'd' then 'delete'
                        when 'delete' then 'delete'
                        when 'remove' then 'delete'
                    end as operation,
                    case when {dialect.Matches("amount", Amount)}
                        then try_cast(replace(amount, ',', '.') as decimal(12,2)) end as amount_number,
                    case when {dialect.Matches("event_timestamp", IsoTime)}
                        then try_cast(replace(replace(event_timestamp, 'T', ' '), 'Z', '') as timestamp) end as event_time
                from raw_events
            ) as typed
        """;

    private static string Integer(Dialect dialect, string column) =>
        $"case when {dialect.Matches(column, WholeNumber)} then try_cast({column} as bigint) end";

    private static string[] OriginOfEvent(Dialect dialect) =>
        dialect == Dialect.DuckDb ? ["object", "line", "record"]
        : dialect == Dialect.Spark ? [.. LandingSql.Place, LandingSql.Run, "current_timestamp() as loaded"]
        : [];

    private static string[] RejectColumns(Dialect dialect)
    {
        const string Fields = "order_id, user_id, product_id, database_operation, amount, payment_method, event_timestamp";
        return dialect == Dialect.Spark
            ? ["reason", .. LandingSql.Place, $"coalesce({LandingSql.BrokenContent}, concat_ws('|', {Fields})) as content", LandingSql.Run]
            : ["reason", $"concat_ws(\n        '|', {Fields}\n    ) as content", .. OriginOfEvent(dialect)];
    }
}
