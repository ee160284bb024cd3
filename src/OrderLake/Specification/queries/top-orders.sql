-- The ten order lines with the highest amounts.
select orderid, invoiceno, stockcode, description, quantity, unitprice, totalamount, country, invoicedateonly
from orders
order by totalamount desc, orderid, invoicedateonly
limit 10
