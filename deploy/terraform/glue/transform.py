"""Runs a transform of the order lake in AWS Glue: from landing to raw, from raw to processed.

What is kept and how is in the SQL texts (src/OrderLake/Specification/spark). This file only decides which objects are new, and when
what was written counts:

  raw/TABLE/NNNNNNNN/       what run N made of new objects; a run that is tried again replaces it
  raw/_runs/TRANSFORM/N     names the objects of run N; with this one object the run is committed
  processed/orders/         each partition that a committed run changes is made again, whole, of all committed runs
  processed/_runs/history/N says that this was done for all runs up to N
  processed/order_state/N/  the state after run N; the table's location names the one that counts

So a run that ends anywhere is repeated by the next, which replaces what it left, and a run without new objects writes nothing. Two runs
at once would take the same number: the job allows one.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

MOST_OBJECTS = 10000  # in one run; the rest is for the next
WRITERS = 8  # files that a run writes into a raw table at most
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
# What Hive and Spark escape in the name of a directory, beside control characters.
ESCAPED = set("\"#%'*/:=?\\{[]^\x7f")

SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",  # a date that does not exist is null, not an error
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parser.escapedStringLiterals": "false",  # the texts have \\z for \z
    "spark.sql.ansi.enabled": "false",
}


class Bucket:
    """A bucket with what this needs of it."""

    def __init__(self, s3, name):
        self.s3, self.name = s3, name

    def url(self, key):
        return f"s3://{self.name}/{key}"

    def list(self, prefix):
        """Yields key, size and ETag of each object below a prefix, in the order of keys."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            for item in page.get("Contents", []):
                yield item["Key"], item["Size"], item["ETag"].strip('"')

    def read(self, key):
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read().decode("utf-8")

    def write(self, key, text):
        self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode("utf-8"))

    def remove(self, prefix):
        keys = [key for key, _, _ in self.list(prefix)]
        for start in range(0, len(keys), 1000):
            batch = [{"Key": key} for key in keys[start:start + 1000]]
            errors = self.s3.delete_objects(Bucket=self.name, Delete={"Objects": batch, "Quiet": True}).get("Errors", [])
            if errors:
                raise RuntimeError(f"{errors[0]['Key']} cannot be deleted: {errors[0].get('Message')}")


class Runs:
    """The runs that are committed: one object each."""

    def __init__(self, bucket, prefix):
        self.bucket, self.prefix = bucket, prefix

    def keys(self):
        return [key for key, _, _ in self.bucket.list(self.prefix) if key.endswith(".json")]

    def last(self):
        return max((int(key[len(self.prefix):-len(".json")]) for key in self.keys()), default=0)

    def objects(self):
        """Size and ETag of every object that a run took, by key."""
        with ThreadPoolExecutor(16) as pool:
            texts = pool.map(self.bucket.read, self.keys())
            return {name: (size, etag) for text in texts for name, size, etag in json.loads(text)["objects"]}

    def commit(self, number, objects):
        self.bucket.write(f"{self.prefix}{number:08d}.json", json.dumps({"run": number, "objects": objects}))


class Lake:
    """One transform of a lake: settings, and the clients of Spark, S3 and Glue."""

    def __init__(self, spark, bucket, glue, texts, landing, database):
        self.spark, self.bucket, self.glue, self.texts = spark, bucket, glue, texts
        self.landing, self.database = landing, database

    def sql(self, text, **values):
        """Runs one of the texts, with a number for each placeholder."""
        sql = self.texts[text]
        for name, value in values.items():
            sql = sql.replace("${" + name + "}", str(int(value)))
        return self.spark.sql(sql)

    def view(self, name, frame):
        frame.createOrReplaceTempView(name)

    def read(self, prefix):
        return self.spark.read.option("recursiveFileLookup", "true").parquet(self.bucket.url(prefix))

    def write(self, frame, prefix):
        frame.write.mode("overwrite").option("compression", "zstd").parquet(self.bucket.url(prefix))

    def take(self, runs, raw, outputs):
        """Takes what is new in the landing zone into raw tables, as one run. Returns the number of the last committed run."""
        known, new, last = runs.objects(), [], runs.last()
        for key, size, etag in self.bucket.list(self.landing):
            if size == 0 or any(part[:1] in ("_", ".") for part in key[len(self.landing):].split("/")):
                continue
            if key not in known:
                new.append((key, size, etag))
            elif known[key] != (size, etag):
                print(f"{key} has changed since it was taken, and is not taken again: its rows would count twice")
        if not new:
            print(f"nothing new below {self.landing}; {len(known)} objects are known")
            return last
        if len(new) > MOST_OBJECTS:
            print(f"{len(new)} objects are new; this run takes {MOST_OBJECTS}, the next takes more")
            del new[MOST_OBJECTS:]
        run = last + 1
        lines = self.spark.read.option("lineSep", "\n").text([self.bucket.url(key) for key, _, _ in new])
        self.view("landing", lines.selectExpr("value", "_metadata.file_path as object"))
        self.view(raw, self.sql(raw))
        for text, table in outputs:
            self.write(self.sql(text, run=run).coalesce(WRITERS), f"raw/{table}/{run:08d}/")
        runs.commit(run, new)
        print(f"run {run} took {len(new)} objects")
        return run


def history(lake):
    """Order lines: orders by country and date."""
    last = lake.take(Runs(lake.bucket, "raw/_runs/history/"), "raw_orders", [("orders", "orders"), ("rejects", "rejects")])
    finished = Runs(lake.bucket, "processed/_runs/history/")
    done = finished.last()
    if done >= last:
        return
    lake.view("typed_orders", lake.read("raw/orders/"))
    changed = lake.sql("changed_orders", done=done, last=last).repartition("country", "invoicedateonly")
    (changed.write.mode("overwrite").option("partitionOverwriteMode", "dynamic").option("compression", "zstd")
        .partitionBy("country", "invoicedateonly").parquet(lake.bucket.url("processed/orders/")))
    rows = lake.sql("changed_partitions", done=done, last=last).collect()
    register(lake, [(row["country"], str(row["invoicedateonly"])) for row in rows])
    finished.commit(last, [])
    print(f"{len(rows)} partitions are as of run {last}")


def register(lake, partitions):
    """Makes partitions known to Athena with their location, for those that partition projection does not find."""
    table = lake.glue.get_table(DatabaseName=lake.database, Name="orders_registered")["Table"]["StorageDescriptor"]
    inputs = []
    for country, date in partitions:
        name = NULL_PARTITION if country is None else country
        folder = f"processed/orders/country={escape(name)}/invoicedateonly={date}/"
        # Spark 4.0 does not escape a name's first character: then the rows would be where nobody looks.
        if next(lake.bucket.list(folder), None) is None:
            raise RuntimeError(f"there is nothing below {folder}: Spark has written the rows of {name!r} to another folder")
        inputs.append({"Values": [name, date], "StorageDescriptor": {**table, "Location": lake.bucket.url(folder)}})
    for start in range(0, len(inputs), 100):
        answer = lake.glue.batch_create_partition(
            DatabaseName=lake.database, TableName="orders_registered", PartitionInputList=inputs[start:start + 100])
        for error in answer.get("Errors", []):
            if error["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException":
                raise RuntimeError(f"the partition {error['PartitionValues']} cannot be registered: {error['ErrorDetail']}")


def escape(value):
    """The name of a directory for a value, as Hive and Spark write it."""
    return "".join(f"%{ord(letter):02X}" if letter in ESCAPED or letter < " " else letter for letter in value)


def events(lake, initial=False):
    """Order change events: all of them, typed, and the newest of each order."""
    runs = Runs(lake.bucket, "raw/_runs/events/")
    if initial and runs.last() > 0:
        raise SystemExit(f"the lake has events of {runs.last()} runs already, and an initial load needs an empty one; leave --initial out")
    last = lake.take(runs, "raw_events", [("events", "order_events"), ("event_rejects", "event_rejects")])
    table = lake.glue.get_table(DatabaseName=lake.database, Name="order_state")["Table"]
    done = int(table["StorageDescriptor"]["Location"].rstrip("/").split("/")[-1])
    if done >= last:
        return
    lake.view("order_events", lake.read("raw/order_events/"))
    lake.view("order_state", lake.read(f"processed/order_state/{done:08d}/") if done else lake.spark.table("order_events").limit(0))
    lake.view("order_versions", lake.sql("order_versions", done=done, last=last))
    lake.write(lake.sql("order_state").coalesce(WRITERS), f"processed/order_state/{last:08d}/")
    # Readers change over with this call.
    table["StorageDescriptor"]["Location"] = lake.bucket.url(f"processed/order_state/{last:08d}/")
    keys = ("Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
    lake.glue.update_table(
        DatabaseName=lake.database, TableInput={key: table[key] for key in keys if key in table}, SkipArchive=True)
    print(f"the state is as of run {last}")
    # The one before stays for queries that are running.
    current = {f"{number:08d}" for number in (done, last)}
    for folder in sorted({key.split("/")[2] for key, _, _ in lake.bucket.list("processed/order_state/")} - current):
        if folder.isdigit():
            lake.bucket.remove(f"processed/order_state/{folder}/")


def main():
    # Only Glue has these.
    import boto3
    from awsglue.utils import getResolvedOptions
    from pyspark.sql import SparkSession

    names = ["transform", "bucket", "landing", "texts", "database"]
    options = getResolvedOptions(sys.argv, names + [name for name in ("initial",) if f"--{name}" in sys.argv])
    spark = SparkSession.builder.getOrCreate()
    for key, value in SESSION.items():
        spark.conf.set(key, value)
    bucket = Bucket(boto3.client("s3"), options["bucket"])
    texts = {key.split("/")[-1][:-len(".sql")]: bucket.read(key) for key, _, _ in bucket.list(options["texts"]) if key.endswith(".sql")}
    lake = Lake(spark, bucket, boto3.client("glue"), texts, options["landing"], options["database"])
    if options["transform"] == "history":
        history(lake)
    else:
        events(lake, initial=options.get("initial") == "true")


if __name__ == "__main__":
    main()
