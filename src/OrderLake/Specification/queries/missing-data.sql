-- What is missing: records that are left out by reason, and rows without a description or country.
select reason as what, count(*) as order_lines from rejects group by reason
union all
select 'rows without description', count(*) from orders where description is null or replace(description, ' ', '') = ''
union all
select 'rows without country', count(*) from orders where country is null
order by 2 desc, 1
