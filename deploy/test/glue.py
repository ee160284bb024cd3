"""Tests of deploy/terraform/glue/transform.py: python3 glue.py. Its last line is "N passed, N failed, N skipped".

S3, Glue and Spark are stand-ins that keep what is written; a text of SQL is one that the Spark below knows. A call can be made to
fail, before or after it has an effect. Where boto3 is installed, each request is held against the service's description in it; with
s3rver (npm) too, what is read and written in S3 is tried there. What Spark answers to the real texts is not seen here.
"""
import importlib.util
import io
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

try:
    import boto3
    import botocore.config
    from botocore.validate import ParamValidator
except ImportError:
    boto3 = None

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "terraform", "glue", "transform.py")
SPECIFICATION = importlib.util.spec_from_file_location("transform", PATH)
sys.dont_write_bytecode = True
transform = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(transform)
transform.print = lambda *_: None

STATE = ("order_id", "at")


class Killed(Exception):
    """The job's process ends here."""


def described(service):
    """Checks the arguments of a stand-in's method against the service's description, where boto3 is installed."""
    def decorate(method):
        if boto3 is None:
            return method
        client = boto3.client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        name = "list_objects_v2" if method.__name__ == "paginate" else method.__name__
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name]).input_shape

        def checked(self, **arguments):
            report = ParamValidator().validate(arguments, shape)
            assert not report.has_errors(), report.generate_report()
            return method(self, **arguments)
        return checked
    return decorate


class Crash:
    """Ends the job at one of its effects."""

    def __init__(self, at=None, after=False):
        self.at, self.after, self.count = at, after, 0

    def effect(self, act):
        self.count += 1
        if self.count == self.at and not self.after:
            raise Killed
        result = act()
        if self.count == self.at:
            raise Killed
        return result


class World:
    """What outlives a job: a bucket's objects and a catalog."""

    def __init__(self):
        self.objects, self.crash = {}, Crash()
        self.partitions = {}
        location = "s3://lake/processed/order_state/00000000/"
        self.tables = {
            "order_state": {"Name": "order_state", "CreatedBy": "somebody", "StorageDescriptor": {"Location": location, "Columns": []}},
            "orders_registered": {"Name": "orders_registered", "StorageDescriptor": {"Location": "s3://lake/processed/orders/"}},
        }

    # S3
    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return self

    @described("s3")
    def paginate(self, Bucket, Prefix):
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, len(keys), 3):
            yield {"Contents": [{"Key": key, "Size": len(str(self.objects[key])), "ETag": f'"{hash(str(self.objects[key]))}"'}
                                for key in keys[start:start + 3]]}
        yield {}

    @described("s3")
    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO(self.objects[Key])}

    @described("s3")
    def put_object(self, Bucket, Key, Body):
        self.crash.effect(lambda: self.objects.__setitem__(Key, Body))

    @described("s3")
    def delete_objects(self, Bucket, Delete):
        self.crash.effect(lambda: [self.objects.pop(item["Key"]) for item in Delete["Objects"]])
        return {}

    # Glue
    @described("glue")
    def get_table(self, DatabaseName, Name):
        return {"Table": json.loads(json.dumps(self.tables[Name]))}

    @described("glue")
    def update_table(self, DatabaseName, TableInput, SkipArchive):
        assert "CreatedBy" not in TableInput, "Glue refuses what only it may set"
        self.crash.effect(lambda: self.tables.__setitem__(TableInput["Name"], TableInput))

    @described("glue")
    def batch_create_partition(self, DatabaseName, TableName, PartitionInputList):
        assert len(PartitionInputList) <= 100, "Glue takes 100 partitions in a call"

        def create():
            errors = []
            for item in PartitionInputList:
                values = tuple(item["Values"])
                if values in self.partitions:
                    errors.append({"PartitionValues": values, "ErrorDetail": {"ErrorCode": "AlreadyExistsException"}})
                self.partitions.setdefault(values, item["StorageDescriptor"]["Location"])
            return {"Errors": errors}
        return self.crash.effect(create)


class Frame:
    """Rows, and what the job does with them."""

    def __init__(self, spark, rows):
        self.spark, self.rows, self.partitioned, self.options = spark, rows, (), {}

    write = property(lambda self: self)

    def createOrReplaceTempView(self, name):
        self.spark.views[name] = self.rows

    def selectExpr(self, *expressions):
        assert expressions == ("value", "_metadata.file_path as object")
        return self

    def coalesce(self, count):
        return self

    def repartition(self, *columns):
        return self

    def limit(self, count):
        return Frame(self.spark, self.rows[:count])

    def collect(self):
        return self.rows

    def mode(self, mode):
        assert mode == "overwrite"
        return self

    def option(self, name, value):
        self.options[name] = value
        return self

    def partitionBy(self, *columns):
        assert self.options["partitionOverwriteMode"] == "dynamic", "the other partitions would be deleted"
        self.partitioned = columns
        return self

    def parquet(self, url):
        prefix = url[len("s3://lake/"):]
        groups = {}
        for row in self.rows:
            folder = "".join(f"{name}={self.spark.escape(row[name] or transform.NULL_PARTITION)}/" for name in self.partitioned)
            groups.setdefault(prefix + folder, []).append(row)
        if not self.partitioned:
            groups.setdefault(prefix, [])
        for folder, rows in groups.items():
            # As on S3: what is there goes first, and then the new files come one by one.
            for key in [key for key in self.spark.world.objects if key.startswith(folder)]:
                self.spark.world.crash.effect(lambda key=key: self.spark.world.objects.pop(key))
            for number, row in enumerate(rows):
                self.spark.world.crash.effect(
                    lambda number=number, row=row: self.spark.world.objects.__setitem__(f"{folder}part-{number}", row))


class Spark:
    """Knows the texts below."""

    escape = staticmethod(transform.escape)

    def __init__(self, world):
        self.world, self.views, self.options = world, {}, {}

    read = property(lambda self: self)

    def option(self, name, value):
        self.options[name] = value
        return self

    def text(self, urls):
        assert self.options["lineSep"] == "\n"
        rows = []
        for url in urls:
            key = url[len("s3://lake/"):]
            rows += [{"value": line, "object": key} for line in self.world.objects[key].splitlines()]
        return Frame(self, rows)

    def parquet(self, url):
        assert self.options["recursiveFileLookup"] == "true", "Spark leaves the folders of runs out otherwise"
        prefix = url[len("s3://lake/"):]
        return Frame(self, [row for key, row in sorted(self.world.objects.items()) if key.startswith(prefix)])

    def table(self, name):
        return Frame(self, self.views[name])

    def sql(self, sql):
        name, *numbers = sql.split()
        assert all(number.isdigit() for number in numbers), sql
        return Frame(self, getattr(self, name)(*map(int, numbers)))

    def raw(self):
        return [dict(item.split("=") for item in row["value"].split(",")) for row in self.views["landing"]]

    def orders(self, run):
        return [{**row, "run": run, "country": row["country"] or None} for row in self.views["raw_orders"] if "bad" not in row]

    def rejects(self, run):
        return [{**row, "run": run} for row in self.views["raw_orders"] if "bad" in row]

    def changed_partitions(self, done, last):
        rows = {(row["country"], row["invoicedateonly"]) for row in self.views["typed_orders"] if done < row["run"] <= last}
        return [{"country": country, "invoicedateonly": date} for country, date in sorted(rows, key=str)]

    def changed_orders(self, done, last):
        changed = [(row["country"], row["invoicedateonly"]) for row in self.changed_partitions(done, last)]
        return [row for row in self.views["typed_orders"] if row["run"] <= last and (row["country"], row["invoicedateonly"]) in changed]

    def events(self, run):
        return [{**row, "run": run} for row in self.views["raw_events"] if "bad" not in row]

    def event_rejects(self, run):
        return [{**row, "run": run} for row in self.views["raw_events"] if "bad" in row]

    def order_versions(self, done, last):
        new = [row for row in self.views["order_events"] if done < row["run"] <= last]
        return [{key: row[key] for key in STATE} for row in new + self.views["order_state"]]

    def order_state(self):
        rows = sorted(self.views["order_versions"], key=lambda row: int(row["at"]))
        return sorted({row["order_id"]: row for row in rows}.values(), key=lambda row: row["order_id"])


TEXTS = {
    "raw_orders": "raw", "orders": "orders ${run}", "rejects": "rejects ${run}", "changed_orders": "changed_orders ${done} ${last}",
    "changed_partitions": "changed_partitions ${done} ${last}", "raw_events": "raw", "events": "events ${run}",
    "event_rejects": "event_rejects ${run}", "order_versions": "order_versions ${done} ${last}", "order_state": "order_state",
}


def land(world, name, *lines):
    world.objects[f"landing/{name}.gz"] = "\n".join(lines)


def order(number, country="Italy", date="2010-12-01"):
    return f"number={number},country={country},invoicedateonly={date}"


def run(world, name, **options):
    lake = transform.Lake(Spark(world), transform.Bucket(world, "lake"), world, TEXTS, "landing/", "lake")
    getattr(transform, name)(lake, **options)


def table(world, prefix, field):
    return sorted(row[field] for key, row in world.objects.items() if key.startswith(prefix) and not key.endswith(".json"))


def state(world):
    prefix = world.tables["order_state"]["StorageDescriptor"]["Location"][len("s3://lake/"):]
    return sorted((row["order_id"], row["at"]) for key, row in world.objects.items() if key.startswith(prefix))


class History(unittest.TestCase):
    def test_a_run_takes_what_is_new_and_a_second_one_changes_nothing(self):
        world = World()
        land(world, "a", order(1), order(2, "United Kingdom"))
        run(world, "history")
        land(world, "b", order(3))
        land(world, "_c", order(9))
        land(world, "0-late", order(4, "100% Land"), order(5, ""), "bad=1,country=,invoicedateonly=")
        run(world, "history")
        before = dict(world.objects)
        run(world, "history")

        self.assertEqual(before, world.objects)
        self.assertEqual(["1", "2", "3", "4", "5"], table(world, "processed/orders/", "number"))
        self.assertEqual(["1"], table(world, "raw/rejects/", "bad"))

    def test_a_partition_is_registered_with_the_name_of_its_directory(self):
        world = World()
        land(world, "a", order(1, "100% Land"), order(2, ""), order(3, "A/B"), order(4, "United Kingdom"))
        run(world, "history")

        self.assertEqual({
            ("100% Land", "2010-12-01"): "s3://lake/processed/orders/country=100%25 Land/invoicedateonly=2010-12-01/",
            ("__HIVE_DEFAULT_PARTITION__", "2010-12-01"):
                "s3://lake/processed/orders/country=__HIVE_DEFAULT_PARTITION__/invoicedateonly=2010-12-01/",
            ("A/B", "2010-12-01"): "s3://lake/processed/orders/country=A%2FB/invoicedateonly=2010-12-01/",
            ("United Kingdom", "2010-12-01"): "s3://lake/processed/orders/country=United Kingdom/invoicedateonly=2010-12-01/",
        }, world.partitions)

    def test_more_than_a_hundred_partitions_are_registered(self):
        world = World()
        land(world, "a", *(order(number, date=f"20{number:02d}-{month:02d}-01") for number in range(10, 60) for month in (1, 2, 3)))
        run(world, "history")

        self.assertEqual(150, len(world.partitions))

    def test_an_object_that_changes_is_not_taken_again(self):
        world = World()
        land(world, "a", order(1))
        run(world, "history")
        land(world, "a", order(1), order(2))
        run(world, "history")

        self.assertEqual(["1"], table(world, "processed/orders/", "number"))

    def test_more_objects_than_a_run_takes_are_for_the_next(self):
        world = World()
        for number in range(5):
            land(world, f"{number}", order(number))
        most, transform.MOST_OBJECTS = transform.MOST_OBJECTS, 3
        try:
            run(world, "history")
            self.assertEqual(3, len(table(world, "processed/orders/", "number")))
            run(world, "history")
        finally:
            transform.MOST_OBJECTS = most
        self.assertEqual(5, len(table(world, "processed/orders/", "number")))

    def test_a_partition_that_cannot_be_registered_ends_the_run(self):
        world = World()
        land(world, "a", order(1))
        world.batch_create_partition = lambda **_: {
            "Errors": [{"PartitionValues": ["Italy"], "ErrorDetail": {"ErrorCode": "AccessDenied"}}]}
        with self.assertRaisesRegex(RuntimeError, "Italy"):
            run(world, "history")


    def test_a_folder_that_spark_names_otherwise_ends_the_run(self):
        world = World()
        land(world, "a", order(1, "%Land"))
        with unittest.mock.patch.object(Spark, "escape", staticmethod(lambda value: value)):
            with self.assertRaisesRegex(RuntimeError, "country=%25Land/.*another folder"):
                run(world, "history")
        run(world, "history")
        self.assertIn(("%Land", "2010-12-01"), world.partitions)


class Events(unittest.TestCase):
    def test_the_newest_wins_whatever_arrives_first_and_a_second_run_changes_nothing(self):
        world = World()
        land(world, "a", "order_id=1,at=10", "order_id=2,at=5", "bad=1")
        run(world, "events")
        land(world, "b", "order_id=1,at=7", "order_id=2,at=8")
        run(world, "events")
        before = dict(world.objects)
        run(world, "events")

        self.assertEqual([("1", "10"), ("2", "8")], state(world))
        self.assertEqual(4, len(table(world, "raw/order_events/", "at")))
        self.assertEqual(before, world.objects)

    def test_the_state_before_stays_for_running_queries_and_older_ones_go(self):
        world = World()
        for number in range(4):
            land(world, f"{number}", f"order_id={number},at=1")
            run(world, "events")

        folders = {key.split("/")[2] for key in world.objects if key.startswith("processed/order_state/")}
        self.assertEqual({"00000003", "00000004"}, folders)

    def test_an_initial_load_refuses_a_filled_table(self):
        world = World()
        land(world, "a", "order_id=1,at=1")
        run(world, "events", initial=True)
        with self.assertRaises(SystemExit):
            run(world, "events", initial=True)


class Kills(unittest.TestCase):
    """The job ends at each of its effects, before and after it; new lines arrive; the next run makes it good."""

    def test_orders_are_whole_after_a_kill_at_any_effect(self):
        def fill(world):
            land(world, "b", order(3), order(4, "Spain"), order(5, "Italy", "2010-12-02"))
        self.kill_everywhere(
            "history", [order(1), order(2, "")], fill, [order(6), order(7, "Spain")],
            self.check_orders)

    def check_orders(self, world):
        self.assertEqual([str(number) for number in range(1, 8)], table(world, "processed/orders/", "number"))
        self.assertEqual(
            {("Italy", "2010-12-01"), ("Italy", "2010-12-02"), ("Spain", "2010-12-01"), (transform.NULL_PARTITION, "2010-12-01")},
            set(world.partitions))

    def test_the_state_is_whole_after_a_kill_at_any_effect(self):
        def fill(world):
            land(world, "b", "order_id=1,at=3", "order_id=2,at=9", "order_id=3,at=1")
        self.kill_everywhere(
            "events", ["order_id=1,at=5", "order_id=2,at=5"], fill, ["order_id=4,at=1", "order_id=2,at=1"],
            lambda world: self.assertEqual([("1", "5"), ("2", "9"), ("3", "1"), ("4", "1")], state(world)))

    def kill_everywhere(self, name, first, fill, late, check):
        killed = 0
        for at, after in itertools.product(range(1, 100), (False, True)):
            world = World()
            land(world, "a", *first)
            run(world, name)
            fill(world)
            world.crash = Crash(at, after)
            try:
                run(world, name)
            except Killed:
                killed += 1
            world.crash = Crash()
            land(world, "0-late", *late)
            run(world, name)
            check(world)
        self.assertGreater(killed, 15)


class RealClients(unittest.TestCase):
    @unittest.skipIf(boto3 is None, "boto3 is not installed")
    def test_a_request_that_the_service_does_not_describe_is_noticed(self):
        with self.assertRaisesRegex(AssertionError, "Nmae"):
            World().get_table(DatabaseName="lake", Nmae="orders")

    @unittest.skipIf(boto3 is None, "boto3 is not installed")
    def test_objects_are_listed_read_written_and_removed_in_an_s3_by_others(self):
        script = os.path.join(os.path.dirname(PATH), "../../../artifacts/tools/node_modules/s3rver/bin/s3rver.js")
        if not os.path.exists(script):
            self.skipTest("s3rver is not installed: npm install --prefix artifacts/tools s3rver@3.7.1")
        # It makes the marks of pages with DES, which OpenSSL 3 has in its legacy provider only.
        command = ["node", "--openssl-legacy-provider", script, "--address", "127.0.0.1", "--port", "0", "--configure-bucket", "lake"]
        with tempfile.TemporaryDirectory() as directory, open(os.path.join(directory, "log"), "w+", encoding="utf-8") as log:
            with subprocess.Popen([*command, "--directory", directory], stdout=log, stderr=log) as server:
                try:
                    self.use(transform.Bucket(boto3.client(
                        "s3", endpoint_url=f"http://127.0.0.1:{self.port(server, log.name)}", region_name="us-east-1",
                        aws_access_key_id="S3RVER", aws_secret_access_key="S3RVER",
                        config=botocore.config.Config(s3={"addressing_style": "path"})), "lake"))
                finally:
                    server.kill()

    def port(self, server, path):
        for _ in range(600):
            with open(path, encoding="utf-8") as log:
                told = log.read()
            found = re.search(r"listening.*:(\d+)", told)
            if found:
                return found.group(1)
            self.assertIsNone(server.poll(), told)
            time.sleep(0.1)
        self.fail(f"s3rver does not listen: {told}")

    def use(self, bucket):
        runs = transform.Runs(bucket, "raw/_runs/history/")
        self.assertEqual(0, runs.last())
        for number in range(1, 12):
            runs.commit(number, [(f"landing/country=Côte d'Ivoire/{number}.gz", number, "e")])
        self.assertEqual(11, runs.last())
        self.assertEqual((7, "e"), runs.objects()["landing/country=Côte d'Ivoire/7.gz"])
        # More than one page, and more than one call deletes.
        with transform.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: bucket.write(f"old/{number:04d}", "é"), range(1005)))
        listed = list(bucket.list("old/"))
        self.assertEqual((1005, "old/0000", 2), (len(listed), listed[0][0], listed[0][1]))
        self.assertNotIn('"', listed[0][2])
        bucket.remove("old/")
        self.assertEqual([], list(bucket.list("old/")))
        self.assertEqual(11, len(runs.keys()))


class Texts(unittest.TestCase):
    def test_every_text_that_the_job_asks_for_exists_with_its_placeholders(self):
        folder = os.path.join(os.path.dirname(PATH), "..", "..", "..", "src", "OrderLake", "Specification", "spark")
        for name, text in TEXTS.items():
            with open(os.path.join(folder, f"{name}.sql"), encoding="utf-8") as file:
                self.assertEqual(set(re.findall(r"\$\{(\w+)\}", text)), set(re.findall(r"\$\{(\w+)\}", file.read())), name)


if __name__ == "__main__":
    outcome = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.loadTestsFromModule(__import__("__main__")))
    broken, skipped = len(outcome.failures) + len(outcome.errors), len(outcome.skipped)
    for test, reason in outcome.skipped:
        print(f"SKIP {test}: {reason}")
    print(f"{outcome.testsRun - broken - skipped} passed, {broken} failed, {skipped} skipped")
    raise SystemExit(1 if broken else 0)
