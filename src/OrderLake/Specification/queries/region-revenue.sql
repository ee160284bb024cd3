-- Rows and revenue of each region.
select region, count(*) as order_lines, sum(totalamount) as revenue, sum(totalamountusd) as revenue_usd
from orders
group by region
order by sum(totalamount) desc, region
