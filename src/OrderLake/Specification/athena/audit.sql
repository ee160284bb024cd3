-- Which bytes of each stream arrived, which are missing and which came twice, from the provenance in raw_orders.
-- Made by AuditSql.
with provenance_of_records as (
    select
        src.h as host,
        src.s as state,
        src.f as stream,
        src.e as epoch,
        src.o as first_byte,
        src.l as bytes
    from raw_orders
    where src.o is not null and src.l is not null
),
spans as (
    select host, state, stream, epoch, first_byte, first_byte + bytes as end_byte,
        max(first_byte + bytes) over (
            partition by host, state, stream, epoch order by first_byte, bytes
            rows between unbounded preceding and 1 preceding) as reached
    from provenance_of_records
),
islands as (
    select *, sum(case when first_byte <= reached then 0 else 1 end) over (
        partition by host, state, stream, epoch order by first_byte, end_byte rows unbounded preceding) as island
    from spans
),
arrived as (
    select host, state, stream, epoch, min(first_byte) as first_byte, max(end_byte) as end_byte
    from islands group by host, state, stream, epoch, island
),
missing as (
    select host, state, stream, epoch,
        coalesce(lag(end_byte) over (partition by host, state, stream, epoch order by first_byte), 0) as first_byte,
        first_byte as end_byte
    from arrived
)
select host, state, stream, epoch, 'arrived' as what, first_byte, end_byte, end_byte - first_byte as bytes from arrived
union all
select host, state, stream, epoch, 'missing', first_byte, end_byte, end_byte - first_byte from missing where end_byte > first_byte
union all
select host, state, stream, epoch, 'twice', first_byte, least(end_byte, reached), least(end_byte, reached) - first_byte
from spans where first_byte < reached and end_byte > first_byte
order by 1, 2, 3, 4, 6, 5
