create external table orders (
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
    ordertag string
)
partitioned by (
    country string,
    invoicedateonly date
)
stored as parquet
location '${location}'
tblproperties ('parquet.compression' = 'ZSTD');

create external table rejects (
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
stored as parquet
location '${location}'
tblproperties ('parquet.compression' = 'ZSTD');

create external table order_events (
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
stored as parquet
location '${location}'
tblproperties ('parquet.compression' = 'ZSTD');

create external table order_state (
    order_id bigint,
    user_id bigint,
    product_id bigint,
    operation string,
    amount decimal(12,2),
    payment_method string,
    event_timestamp timestamp
)
stored as parquet
location '${location}'
tblproperties ('parquet.compression' = 'ZSTD');
