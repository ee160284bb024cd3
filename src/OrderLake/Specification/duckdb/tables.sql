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
