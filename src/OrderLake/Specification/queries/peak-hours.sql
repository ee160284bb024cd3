-- Rows and revenue of each hour of the day.
select invoicehour, count(*) as order_lines, sum(totalamount) as revenue
from orders
group by invoicehour
order by count(*) desc, invoicehour
