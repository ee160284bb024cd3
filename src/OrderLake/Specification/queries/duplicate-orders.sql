-- The twenty orderids with the most rows; an orderid is not a key.
select orderid, invoiceno, stockcode, count(*) as order_lines, sum(totalamount) as revenue
from orders
group by orderid, invoiceno, stockcode
having count(*) > 1
order by count(*) desc, orderid
limit 20
