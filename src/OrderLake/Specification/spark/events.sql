-- The order change events, typed, of the table raw_events, in which every column is text.
-- Made by EventSql of the rules and columns.tsv.
select
    order_number as order_id,
    user_number as user_id,
    product_number as product_id,
    operation,
    amount_number as amount,
    payment_method,
    event_time as event_timestamp,
    object,
    cast(null as bigint) as line,
    cast(null as int) as record,
    cast(${run} as bigint) as run,
    current_timestamp() as loaded
from (
    select
        typed.*,
        case
            when is_broken then 'broken_json'
            when order_number is null then 'order_id_not_integer'
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
            case when regexp_like(order_id, '\\A(?:[0-9]{1,18})\\z') then try_cast(order_id as bigint) end as order_number,
            case when regexp_like(user_id, '\\A(?:[0-9]{1,18})\\z') then try_cast(user_id as bigint) end as user_number,
            case when regexp_like(product_id, '\\A(?:[0-9]{1,18})\\z') then try_cast(product_id as bigint) end as product_number,
            case lower(trim(database_operation))
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
            case when regexp_like(amount, '\\A(?:-?[0-9]{1,10}([.,][0-9]{1,2}0*)?)\\z')
                then try_cast(replace(amount, ',', '.') as decimal(12,2)) end as amount_number,
            case when regexp_like(event_timestamp, '\\A(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?)\\z')
                then try_cast(replace(replace(event_timestamp, 'T', ' '), 'Z', '') as timestamp) end as event_time
        from raw_events
    ) as typed
) as checked
where reason is null
