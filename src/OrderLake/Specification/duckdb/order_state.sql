-- The newest event of each order, of the table order_versions, whatever the order of arrival.
-- Made by EventSql of the rule and columns.tsv.
select
    order_id,
    user_id,
    product_id,
    operation,
    amount,
    payment_method,
    event_timestamp
from (
    select
        order_versions.*,
        row_number() over (
            partition by order_id
            order by
                event_timestamp desc,
                case operation when 'delete' then 3 when 'update' then 2 else 1 end desc,
                amount desc nulls last,
                payment_method desc nulls last,
                product_id desc nulls last,
                user_id desc nulls last
        ) as age
    from order_versions
) as numbered
where age = 1
