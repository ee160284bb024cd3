-- The records that are left out, with the first reason that applies.
-- Made by HistorySql of the rules and columns.tsv.
select
    reason,
    invoiceno,
    stockcode,
    description,
    quantity,
    invoicedate,
    unitprice,
    customerid,
    country
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
where reason is not null
