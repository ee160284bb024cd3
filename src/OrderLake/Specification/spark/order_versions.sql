-- The events of the runs after ${done}, up to the run ${last}, and the newest of each order before them.
-- Made by LakeOnAwsSql of columns.tsv.
select
    order_id,
    user_id,
    product_id,
    operation,
    amount,
    payment_method,
    event_timestamp
from order_events
where run > ${done} and run <= ${last}
union all
select
    order_id,
    user_id,
    product_id,
    operation,
    amount,
    payment_method,
    event_timestamp
from order_state
