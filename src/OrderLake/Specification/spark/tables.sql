create table orders (
    orderid string,
    invoiceno string,
    stockcode string,
    description string,
    quantity int,
    invoicehour int,
    unitprice decimal(10,3),
    customerid string,
    region string,
    totalamount decimal(20,3),
    totalamountusd decimal(22,6),
    ordertag string,
    country string,
    invoicedateonly date
)
using parquet
partitioned by (country, invoicedateonly)
options ('compression' = 'zstd')
location '${location}';

create table rejects (
    reason string,
    object string,
    line bigint,
    record int,
    invoiceno string,
    stockcode string,
    description string,
    quantity string,
    invoicedate string,
    unitprice string,
    customerid string,
    country string,
    content string,
    run bigint
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table objects (
    name string,
    size bigint,
    modified bigint,
    etag string,
    format string,
    records bigint,
    kept bigint,
    rejected bigint,
    problem string,
    run bigint,
    taken string
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table provenance (
    source string,
    content_hash string,
    object string,
    line bigint,
    record int,
    run bigint
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table order_events (
    order_id bigint,
    user_id bigint,
    product_id bigint,
    operation string,
    amount decimal(12,2),
    payment_method string,
    event_timestamp timestamp,
    object string,
    line bigint,
    record int,
    run bigint,
    loaded timestamp
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table order_state (
    order_id bigint,
    user_id bigint,
    product_id bigint,
    operation string,
    amount decimal(12,2),
    payment_method string,
    event_timestamp timestamp
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table event_rejects (
    reason string,
    object string,
    line bigint,
    record int,
    content string,
    run bigint
)
using parquet
options ('compression' = 'zstd')
location '${location}';

create table event_objects (
    name string,
    size bigint,
    modified bigint,
    etag string,
    format string,
    records bigint,
    kept bigint,
    rejected bigint,
    problem string,
    run bigint,
    taken string
)
using parquet
options ('compression' = 'zstd')
location '${location}';
