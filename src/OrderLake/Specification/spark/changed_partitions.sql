-- The partitions that the runs after ${done} change, up to the run ${last}.
-- Made by LakeOnAwsSql.
select distinct country, invoicedateonly
from typed_orders
where run > ${done} and run <= ${last}
