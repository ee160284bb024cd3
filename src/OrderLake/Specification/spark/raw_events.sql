-- The lines in the landing zone, as the table raw_events, in which every column is text.
-- Made by LandingSql of columns.tsv.
select
    parsed.order_id as order_id,
    parsed.user_id as user_id,
    parsed.product_id as product_id,
    parsed.database_operation as database_operation,
    parsed.amount as amount,
    parsed.payment_method as payment_method,
    parsed.event_timestamp as event_timestamp,
    parsed.`$src` as src,
    parsed._broken is not null as is_broken,
    sha2(value, 256) as content_hash,
    value as content,
    object
from (
    select
        value,
        object,
        from_json(
            value,
            'order_id string, user_id string, product_id string, database_operation string, amount string, payment_method string, event_timestamp string, `$src` struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>, _broken string',
            map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '_broken')
        ) as parsed
    from landing
    where trim(value) <> ''
) as lines
