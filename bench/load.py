#!/usr/bin/env python3
"""Plays one kind of load against the real shipper, for load.sh: writes, waits until all is settled, and prints a row. Lost and repeated
lines are counted by comparing the files with the objects of the local Firehose (`tailshipper verify`); in the cases with a quota by a
service in this file. usage: load.py SHIPPER-DIRECTORY FIREHOSE CASE [SCALE=1]"""
import base64
import glob
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local-secret"}  # the local Firehose's
TICK = os.sysconf("SC_CLK_TCK")
TEXT = b"x" * 90


class Scene:
    """A shipper with one flow, and what it ships to."""

    def __init__(self, programs, firehose, **flow):
        self.top = tempfile.mkdtemp(prefix="load-", dir=os.environ.get("TMPDIR", "/var/tmp"))
        self.logs = f"{self.top}/logs"
        os.mkdir(self.logs)
        self.programs, self.children = programs, []
        self.url = self.start_firehose(firehose) if firehose else None
        self.flows = [{"Name": "load", "DeliveryStream": "bench", "Paths": [f"{self.logs}/*.log*"]} | flow]
        self.files = {}

    def start_firehose(self, program):
        settings = {"Port": 0, "UrlFile": f"{self.top}/url", "DataDirectory": f"{self.top}/firehose"}
        settings |= {"Streams:0:Name": "bench", "Streams:0:Bucket": "bench", "Streams:0:BufferSizeMiB": 64}
        words = [word for key, value in settings.items() for word in ("--set", f"LocalFirehose:{key}={value}")]
        with open(f"{self.top}/firehose.log", "w") as log:
            self.children.append(subprocess.Popen([program, *words], stdout=log, stderr=log))
        while not os.path.exists(f"{self.top}/url"):
            time.sleep(0.05)
        return open(f"{self.top}/url").read().strip()

    def configure(self):
        shipper = {"StateDirectory": f"{self.top}/state", "Aws": {"ServiceUrl": self.url, "Region": "eu-west-1"}, "Flows": self.flows}
        shipper["Metrics"] = {"Interval": "500ms", "Path": f"{self.top}/metrics.log"}
        with open(f"{self.top}/new.json", "w") as file:
            json.dump({"Shipper": shipper}, file)
        os.rename(f"{self.top}/new.json", f"{self.top}/shipper.json")

    def start(self):
        self.configure()
        with open(f"{self.top}/log", "w") as log:
            self.shipper = subprocess.Popen(
                [f"{self.programs}/tailshipper", "run", "--config", f"{self.top}/shipper.json"], stdout=log, stderr=log)
        self.children.append(self.shipper)
        while "is ready" not in open(f"{self.top}/log").read():
            if self.shipper.poll() is not None:
                sys.exit(open(f"{self.top}/log").read())
            time.sleep(0.02)

    def write(self, name, content):
        if name not in self.files:
            self.files[name] = open(f"{self.logs}/{name}", "ab", buffering=0)
        self.files[name].write(content)

    def steadily(self, rate, seconds, files, each=None):
        """So many lines a second, to the files in turn; `each` is called in every step with the seconds since the beginning."""
        began, written = time.time(), 0
        while (passed := time.time() - began) < seconds:
            for _ in range(int(passed * rate) - written):
                self.write(f"{written % files:05}.log", b"%s line %d\n" % (TEXT, written))
                written += 1
            if each:
                each(passed)
            time.sleep(0.005)

    def lines_of_metrics(self):
        with open(f"{self.top}/metrics.log") as file:
            return [json.loads(line) for line in file if line.endswith("\n") and '"flow":"load"' in line]

    def is_settled(self, size, written):
        """By the newest line of metrics. The counts of a flow that a reload started anew begin at 0: then by its lag."""
        if not os.path.exists(f"{self.top}/metrics.log"):
            return False
        with open(f"{self.top}/metrics.log", "rb") as file:
            file.seek(max(0, os.path.getsize(f"{self.top}/metrics.log") - 20_000))
            for line in reversed(file.read().split(b"\n")[:-1]):
                if b'"flow":"load"' in line:
                    now = json.loads(line)
                    late = now["_aws"]["Timestamp"] / 1000 > written + 1
                    return now["acknowledged_bytes"] >= size or (late and now["lag_bytes"] == 0)
        return False

    def used(self):
        """CPU seconds of the shipper, and the most memory that it ever had, in MB."""
        ticks = sum(map(int, open(f"/proc/{self.shipper.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]))
        return ticks / TICK, int(open(f"/proc/{self.shipper.pid}/status").read().split("VmHWM:")[1].split()[0]) * 1024 / 1e6

    def finish(self, began):
        """Waits until everything is settled, and prints the row."""
        written = time.time()
        size = sum(os.path.getsize(path) for path in glob.glob(f"{self.logs}/*"))
        while not self.is_settled(size, written):
            if time.time() > written + 300:
                sys.exit(f"not settled within 300 s, the metrics were {self.lines_of_metrics()[-1:]}\n" + open(f"{self.top}/log").read())
            time.sleep(0.05)
        behind, seconds = time.time() - written, time.time() - began
        cpu, peak = self.used()
        metrics = self.lines_of_metrics()
        lag = max(line["lag_bytes"] for line in metrics), max(line["lag_seconds"] for line in metrics)
        self.shipper.terminate()
        self.shipper.wait()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/admin/flush", method="POST")).read()
        verdict = json.loads(subprocess.run(
            [f"{self.programs}/tailshipper", "verify", "--delivered", f"{self.top}/firehose/s3", "--config", f"{self.top}/shipper.json",
             "--work-dir", self.top, "--json"], stdout=subprocess.PIPE, check=False).stdout)
        print(f"written {verdict['input']:,} lines, {size / 1e6:,.1f} MB, settled after {seconds:.1f} s; delivered {verdict['delivered_lines']:,}, "
              f"lost {verdict['loss']}, repeated {verdict['duplicate']}, foreign {verdict['unexpected']}; CPU {cpu:.2f} s "
              f"({cpu * 100 / seconds:.0f} %), peak {peak:.0f} MB; lag at most {lag[0] / 1e6:.1f} MB, {lag[1]:.1f} s; "
              f"{behind:.1f} s after the last line; {size / 1e6 / seconds:.0f} MB/s, {verdict['input'] / seconds:,.0f} lines/s", flush=True)

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            child.wait()
        shutil.rmtree(self.top)


def growing(scene, scale):
    for file in range(int(10_000 * scale)):
        scene.write(f"{file:05}.log", b"")
    scene.start()
    began = time.time()
    scene.steadily(10_000, 30, int(10_000 * scale))
    scene.finish(began)


def full_speed(scene, scale):
    scene.start()
    began = time.time()
    lines = int(10_000_000 * scale)
    subprocess.run(
        [f"{scene.programs}/order-log-generator", "run", *(word for setting in (
            f"Directory={scene.logs}", "LinesPerSecond=0", f"MaxLines={lines}", "Files=300", "FileNamePattern=orders-{file}.log",
            "Rotation:MaxBytes=0") for word in ("--set", f"Generator:{setting}"))],
        stdout=subprocess.DEVNULL, stderr=open(f"{scene.top}/generator.log", "w"), check=True)
    scene.finish(began)


def long_lines(scene, scale):
    scene.start()
    began = time.time()
    for line in range(int(600 * scale)):
        scene.write("long.log", b"%d %s\n" % (line, b"y" * 999_990))
    scene.finish(began)


def prepared(line, lines):
    """A file that is there when the shipper starts, of one line again and again."""

    def play(scene, scale):
        with open(f"{scene.logs}/app.log", "wb") as file:
            for _ in range(int(lines * scale) // 100_000):
                file.write(line * 100_000)
        began = time.time()
        scene.start()
        scene.finish(began)

    return play


def reload(changes):
    def play(scene, scale):
        scene.start()
        done = []

        def each(passed):
            if passed >= len(done) + 1:
                done.append(passed)
                if changes:
                    scene.flows[0]["MaxBatchAge"] = f"{900 + len(done)}ms"
                    scene.configure()
                scene.shipper.send_signal(signal.SIGHUP)

        began = time.time()
        scene.steadily(20_000, 60 * scale, 20, each)
        scene.finish(began)
        print(f"   signals sent: {len(done)}; configurations taken: {open(f'{scene.top}/log').read().count('the new configuration is in use')}")

    return play


def rotations(scene, scale):
    scene.start()
    began = time.time()
    files = int(200 * scale)
    for turn in range(6):
        for line in range(100):
            for file in range(files):
                scene.write(f"{file}.log", b"%s %d %d %d\n" % (TEXT, turn, line, file))
        for file in range(files):
            os.rename(f"{scene.logs}/{file}.log", f"{scene.logs}/{file}.log.{turn}")
        for file in range(files):  # the writer does not know yet
            scene.write(f"{file}.log", b"%s %d last %d\n" % (TEXT, turn, file))
            scene.files.pop(f"{file}.log").close()
        time.sleep(2)
    for file in range(files):
        scene.write(f"{file}.log", b"%s the end %d\n" % (TEXT, file))
    scene.finish(began)


class Quota:
    """A stream with a token bucket of bytes that refuses whole calls, or the records over it."""

    def __init__(self, rate, burst, whole):
        self.rate, self.burst, self.whole = rate, burst, whole
        self.tokens, self.at, self.lock = burst, time.time(), threading.Lock()
        self.late, self.seen, self.busy, self.repeated = [], set(), 0, 0

    def take(self, size):
        with self.lock:
            now = time.time()
            self.tokens, self.at = min(self.burst, self.tokens + (now - self.at) * self.rate), now
            if size > self.tokens:
                return False
            self.tokens -= size
            return True

    def accept(self, data):
        now = time.time()
        for line in data.split(b"\n")[:-1]:
            words = line.split()
            with self.lock:
                if words[0] == b"busy":
                    self.busy += len(line) + 1
                elif words[2] in self.seen:
                    self.repeated += 1
                else:
                    self.seen.add(words[2])
                    self.late.append(now - float(words[1]))

    def answer(self, body):
        records = [base64.b64decode(record["Data"]) for record in json.loads(body)["Records"]]
        if self.whole:
            taken = [self.take(sum(map(len, records)))] * len(records)
        else:
            taken = [self.take(len(record)) for record in records]
        if self.whole and not taken[0]:
            return 503, {"__type": "ServiceUnavailableException", "message": "Slow down."}
        for data, one in zip(records, taken):
            if one:
                self.accept(data)
        refused = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
        return 200, {"FailedPutCount": taken.count(False), "RequestResponses": [{"RecordId": "x"} if one else refused for one in taken]}


def quota(burst, whole, separate):
    """1 MiB a second; a busy file that writes twice that, and 99 files with ten lines a second each."""

    def play(scene, scale):
        stream = Quota(1 << 20, burst, whole)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                status, content = stream.answer(self.rfile.read(int(self.headers["Content-Length"])))
                out = json.dumps(content).encode()
                self.wfile.write(b"HTTP/1.1 %d X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n" % (status, len(out)) + out)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        scene.url = f"http://127.0.0.1:{server.server_address[1]}"
        if separate:
            scene.flows[0]["Paths"] = [f"{scene.logs}/slow*.log"]
            scene.flows.append(scene.flows[0] | {"Name": "busy", "Paths": [f"{scene.logs}/busy.log"]})
        scene.start()
        seconds, block = 75 * scale, b"busy %s\n" % (b"b" * 200) * 100
        began, slow, busy = time.time(), 0, 0
        while (passed := time.time() - began) < seconds:
            while busy < passed * 2 * (1 << 20):
                scene.write("busy.log", block)
                busy += len(block)
            for _ in range(int(passed * 990) - slow):
                scene.write(f"slow{slow % 99:02}.log", b"slow %.3f %d %s\n" % (time.time(), slow, TEXT))
                slow += 1
            time.sleep(0.01)
        passed = time.time() - began
        whole_used = (stream.busy + sum(os.path.getsize(path) for path in glob.glob(f"{scene.logs}/slow*"))) / (passed * (1 << 20) + burst)
        deadline = time.time() + 120
        while len(stream.seen) < slow and time.time() < deadline:  # what is missing then shows in the row
            time.sleep(0.05)
        cpu, peak = scene.used()
        late = sorted(stream.late) or [0]
        print(f"slow lines {len(stream.seen):,} of {slow:,}, repeated {stream.repeated}; delay p50 {late[len(late) // 2]:.2f} s, p90 {late[len(late) * 9 // 10]:.2f}, "
              f"p99 {late[len(late) * 99 // 100]:.2f}, largest {late[-1]:.2f}; busy file {stream.busy / 1e6:.1f} MB, quota used to {whole_used * 100:.0f} %; "
              f"CPU {cpu:.1f} s ({cpu * 100 / passed:.0f} %), peak {peak:.0f} MB", flush=True)

    return play


LINES, NONE = {"Aggregation": {"Mode": "Lines", "MaxLines": 0}}, {"Aggregation": {"Mode": "None"}}
CASES = {
    "growing": (growing, {}),
    "full-speed": (full_speed, LINES),
    "long-lines": (long_lines, {}),
    "newlines": (prepared(b"\n", 50_000_000), LINES),
    "characters": (prepared(b"x\n", 50_000_000), LINES),
    "newlines-each": (prepared(b"\n", 3_000_000), NONE),
    "reload-changed": (reload(changes=True), {}),
    "reload-same": (reload(changes=False), {}),
    "rotations": (rotations, {}),
    "quota-records": (quota(1 << 20, whole=False, separate=False), None),
    "quota-calls-burst": (quota(5_500_000, whole=True, separate=False), None),
    "quota-calls": (quota(1 << 20, whole=True, separate=False), None),
    "quota-calls-two-flows": (quota(1 << 20, whole=True, separate=True), None),
}


def main():
    programs, firehose, case = sys.argv[1:4]
    play, flow = CASES[case]
    scene = Scene(programs, firehose if flow is not None else None, **(flow or {}))
    try:
        play(scene, float(sys.argv[4]) if len(sys.argv) > 4 else 1)
    finally:
        scene.close()


main()
