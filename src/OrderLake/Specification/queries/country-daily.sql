-- Rows and revenue of each date of one country.
select invoicedateonly, count(*) as order_lines, sum(totalamount) as revenue
from orders
where country = '${country}'
group by invoicedateonly
order by invoicedateonly
