-- The lines in the landing zone, as the table raw_orders, in which every column is text.
-- Made by LandingSql of columns.tsv.
select
    parsed.InvoiceNo as invoiceno,
    parsed.StockCode as stockcode,
    parsed.Description as description,
    parsed.Quantity as quantity,
    parsed.InvoiceDate as invoicedate,
    parsed.UnitPrice as unitprice,
    parsed.CustomerID as customerid,
    parsed.Country as country,
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
            'InvoiceNo string, StockCode string, Description string, Quantity string, InvoiceDate string, UnitPrice string, CustomerID string, Country string, `$src` struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>, _broken string',
            map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '_broken')
        ) as parsed
    from landing
    where trim(value) <> ''
) as lines
