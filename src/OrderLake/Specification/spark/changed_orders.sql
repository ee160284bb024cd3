-- All rows of each partition that the runs after ${done} change, up to the run ${last}.
-- Made by LakeOnAwsSql of columns.tsv.
with committed as (
    select * from typed_orders where run <= ${last}
),
changed as (
    select distinct country, invoicedateonly from committed where run > ${done}
),
numbered as (
    select
        committed.*,
        row_number() over (partition by source, content_hash order by run) as copy
    from committed
    left semi join changed
        on committed.country <=> changed.country and committed.invoicedateonly = changed.invoicedateonly
)
select
    orderid,
    invoiceno,
    stockcode,
    description,
    quantity,
    invoicehour,
    unitprice,
    customerid,
    region,
    totalamount,
    totalamountusd,
    ordertag,
    country,
    invoicedateonly
from numbered
where source is null or copy = 1
