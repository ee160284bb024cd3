-- All orders: those that partition projection finds, and those of the other partitions, which are registered.
-- Made by LakeOnAwsSql of columns.tsv.
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
from orders_projected
union all
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
from orders_registered
where country is null
    or country not in (${countries})
    or invoicedateonly < date '${first_date}'
    or invoicedateonly > current_date
