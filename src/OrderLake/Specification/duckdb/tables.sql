create table raw_orders (
    invoiceno varchar,
    stockcode varchar,
    description varchar,
    quantity varchar,
    invoicedate varchar,
    unitprice varchar,
    customerid varchar,
    country varchar
);

create table orders (
    orderid varchar,
    invoiceno varchar,
    stockcode varchar,
    description varchar,
    quantity integer,
    invoicehour integer,
    unitprice decimal(10,3),
    customerid varchar,
    region varchar,
    totalamount decimal(20,3),
    totalamountusd decimal(22,6),
    ordertag varchar,
    country varchar,
    invoicedateonly date
);

create table rejects (
    reason varchar,
    object varchar,
    line bigint,
    record integer,
    invoiceno varchar,
    stockcode varchar,
    description varchar,
    quantity varchar,
    invoicedate varchar,
    unitprice varchar,
    customerid varchar,
    country varchar,
    content varchar,
    run bigint
);

create table objects (
    name varchar,
    size bigint,
    modified bigint,
    etag varchar,
    format varchar,
    records bigint,
    kept bigint,
    rejected bigint,
    problem varchar,
    run bigint,
    taken varchar
);

create table provenance (
    source varchar,
    content_hash varchar,
    object varchar,
    line bigint,
    record integer,
    run bigint
);

create table raw_events (
    order_id varchar,
    user_id varchar,
    product_id varchar,
    database_operation varchar,
    amount varchar,
    payment_method varchar,
    event_timestamp varchar
);

create table order_events (
    order_id bigint,
    user_id bigint,
    product_id bigint,
    operation varchar,
    amount decimal(12,2),
    payment_method varchar,
    event_timestamp timestamp,
    object varchar,
    line bigint,
    record integer,
    run bigint,
    loaded timestamp
);

create table order_state (
    order_id bigint,
    user_id bigint,
    product_id bigint,
    operation varchar,
    amount decimal(12,2),
    payment_method varchar,
    event_timestamp timestamp
);

create table event_rejects (
    reason varchar,
    object varchar,
    line bigint,
    record integer,
    content varchar,
    run bigint
);

create table event_objects (
    name varchar,
    size bigint,
    modified bigint,
    etag varchar,
    format varchar,
    records bigint,
    kept bigint,
    rejected bigint,
    problem varchar,
    run bigint,
    taken varchar
);

create table raw_changes (
    orderid varchar,
    product_name varchar,
    quantity varchar,
    price varchar,
    cdc_event_type varchar,
    creation_datetime varchar
);

create table order_changes (
    orderid varchar,
    product_name varchar,
    quantity integer,
    price decimal(10,3),
    cdc_event_type varchar,
    creation_datetime timestamp,
    object varchar,
    line bigint,
    record integer,
    run bigint
);

create table change_rejects (
    reason varchar,
    object varchar,
    line bigint,
    record integer,
    content varchar,
    run bigint
);

create table change_objects (
    name varchar,
    size bigint,
    modified bigint,
    etag varchar,
    format varchar,
    records bigint,
    kept bigint,
    rejected bigint,
    problem varchar,
    run bigint,
    taken varchar
);

create table change_provenance (
    source varchar,
    content_hash varchar,
    object varchar,
    line bigint,
    record integer,
    run bigint
);
