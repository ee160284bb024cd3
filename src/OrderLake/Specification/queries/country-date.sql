-- Rows and revenue of each country and date.
select country, invoicedateonly, count(*) as order_lines, sum(totalamount) as revenue
from orders
group by country, invoicedateonly
order by country nulls last, invoicedateonly
