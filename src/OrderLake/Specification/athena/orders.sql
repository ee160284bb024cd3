-- The orders that are kept, of the table raw_orders, in which every column is text.
-- Made by HistorySql of the rules, columns.tsv and regions.tsv.
select
    lower(to_hex(sha256(to_utf8(invoiceno || '-' || stockcode)))) as orderid,
    invoiceno,
    stockcode,
    description,
    quantity_number as quantity,
    cast(hour(invoiced_at) as integer) as invoicehour,
    unitprice_number as unitprice,
    customerid,
    case
        when country_or_null in ('United Kingdom', 'France', 'Germany') then 'Europe'
        when country_or_null in ('USA') then 'North America'
        when country_or_null in ('Japan') then 'Asia'
        when country_or_null in ('Australia') then 'Oceania'
        else 'Other'
    end as region,
    totalamount,
    totalamountusd,
    case when totalamount > 100 then 'High' else 'Normal' end as ordertag,
    country_or_null as country,
    cast(invoiced_at as date) as invoicedateonly
from (
    select
        typed.*,
        cast(cast(quantity_number as decimal(20,0)) * unitprice_number as decimal(20,3)) as totalamount,
        cast(
            cast(quantity_number as decimal(20,0)) * unitprice_number * cast('0.012' as decimal(4,3)) as decimal(22,6)
        ) as totalamountusd,
        case
            when nullif(regexp_replace(invoiceno, '\A +| +\z', ''), '') is null then 'no_invoiceno'
            when nullif(regexp_replace(stockcode, '\A +| +\z', ''), '') is null then 'no_stockcode'
            when quantity_number is null then 'quantity_not_integer'
            when unitprice_number is null then 'unitprice_not_decimal'
            when invoiced_at is null then 'invoicedate_format'
            when country_or_null = '__HIVE_DEFAULT_PARTITION__' then 'country_reserved'
            when length(to_utf8(country_or_null)) > 82 then 'country_too_long'
            when nullif(regexp_replace(customerid, '\A +| +\z', ''), '') is null then 'no_customerid'
            when quantity_number <= 0 then 'quantity_not_positive'
            when unitprice_number <= 0 then 'unitprice_not_positive'
        end as reason
    from (
        select
            raw_orders.*,
            case when regexp_like(quantity, '\A(?:-?[0-9]{1,10})\z') then try_cast(quantity as integer) end as quantity_number,
            case when regexp_like(unitprice, '\A(?:-?[0-9]{1,7}([.][0-9]{1,3}0*)?)\z') then try_cast(unitprice as decimal(10,3)) end as unitprice_number,
            case
                when regexp_like(invoicedate, '\A(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z?)\z')
                    then try(date_parse(substr(replace(invoicedate, 'T', ' '), 1, 19), '%Y-%m-%d %H:%i:%s'))
                when regexp_like(invoicedate, '\A(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2})\z')
                    then try(date_parse(invoicedate, '%c/%e/%Y %k:%i'))
            end as invoiced_at,
            nullif(country, '') as country_or_null
        from raw_orders
    ) as typed
) as checked
where reason is null
