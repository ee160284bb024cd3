-- Rows and revenue of each country.
select country, count(*) as order_lines, sum(totalamount) as revenue, min(invoicedateonly) as first_date, max(invoicedateonly) as last_date
from orders
group by country
order by sum(totalamount) desc, country nulls last
