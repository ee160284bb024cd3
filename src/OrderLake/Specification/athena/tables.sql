create external table raw_orders (
    invoiceno string,
    stockcode string,
    description string,
    quantity string,
    invoicedate string,
    unitprice string,
    customerid string,
    country string,
    src struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>
)
partitioned by (
    year string,
    month string,
    day string,
    hour string
)
row format serde 'org.openx.data.jsonserde.JsonSerDe'
with serdeproperties (
    'mapping.src' = '$src',
    'ignore.malformed.json' = 'true'
)
location '${location}'
tblproperties (
    'projection.enabled' = 'true',
    'projection.year.type' = 'date',
    'projection.year.format' = 'yyyy',
    'projection.year.interval' = '1',
    'projection.year.interval.unit' = 'YEARS',
    'projection.year.range' = '${first_year},NOW',
    'projection.month.type' = 'integer',
    'projection.month.digits' = '2',
    'projection.month.range' = '1,12',
    'projection.day.type' = 'integer',
    'projection.day.digits' = '2',
    'projection.day.range' = '1,31',
    'projection.hour.type' = 'integer',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23'
);

create external table orders_projected (
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
tblproperties (
    'parquet.compression' = 'ZSTD',
    'projection.enabled' = 'true',
    'projection.country.type' = 'enum',
    'projection.country.values' = '${countries}',
    'projection.invoicedateonly.type' = 'date',
    'projection.invoicedateonly.format' = 'yyyy-MM-dd',
    'projection.invoicedateonly.interval' = '1',
    'projection.invoicedateonly.interval.unit' = 'DAYS',
    'projection.invoicedateonly.range' = '${first_date},NOW'
);

create external table orders_registered (
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
tblproperties (
    'parquet.compression' = 'ZSTD'
);

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
tblproperties (
    'parquet.compression' = 'ZSTD'
);

create external table objects (
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
stored as parquet
location '${location}'
tblproperties (
    'parquet.compression' = 'ZSTD'
);

create external table provenance (
    source string,
    content_hash string,
    object string,
    line bigint,
    record int,
    run bigint
)
stored as parquet
location '${location}'
tblproperties (
    'parquet.compression' = 'ZSTD'
);

create external table raw_events (
    order_id string,
    user_id string,
    product_id string,
    database_operation string,
    amount string,
    payment_method string,
    event_timestamp string,
    src struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>
)
partitioned by (
    year string,
    month string,
    day string,
    hour string
)
row format serde 'org.openx.data.jsonserde.JsonSerDe'
with serdeproperties (
    'mapping.src' = '$src',
    'ignore.malformed.json' = 'true'
)
location '${location}'
tblproperties (
    'projection.enabled' = 'true',
    'projection.year.type' = 'date',
    'projection.year.format' = 'yyyy',
    'projection.year.interval' = '1',
    'projection.year.interval.unit' = 'YEARS',
    'projection.year.range' = '${first_year},NOW',
    'projection.month.type' = 'integer',
    'projection.month.digits' = '2',
    'projection.month.range' = '1,12',
    'projection.day.type' = 'integer',
    'projection.day.digits' = '2',
    'projection.day.range' = '1,31',
    'projection.hour.type' = 'integer',
    'projection.hour.digits' = '2',
    'projection.hour.range' = '0,23'
);

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
tblproperties (
    'parquet.compression' = 'ZSTD'
);

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
tblproperties (
    'parquet.compression' = 'ZSTD'
);

create external table event_rejects (
    reason string,
    object string,
    line bigint,
    record int,
    content string,
    run bigint
)
stored as parquet
location '${location}'
tblproperties (
    'parquet.compression' = 'ZSTD'
);

create external table event_objects (
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
stored as parquet
location '${location}'
tblproperties (
    'parquet.compression' = 'ZSTD'
);
