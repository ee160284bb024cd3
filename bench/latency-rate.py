"""Latency of lines at a steady rate, from write(2) to the last byte of the request with them, and the CPU that the shipper takes.

Each line begins with the time just before it was written, so one clock serves both ends. The writer is a process of its own; every 20 ms it
writes what is due in single write(2) calls of one line. This process is the service: it accepts everything.
usage: latency-rate.py PROGRAM LINES_PER_SECOND SECONDS MAX_BATCH_AGE_MS DIRECTORY   (lines a second 0: one line a second)
"""
import base64
import http.server
import json
import os
import subprocess
import sys
import threading
import time

PROGRAM, RATE, SECONDS, AGE, WORK = sys.argv[1], *(int(value) for value in sys.argv[2:5]), sys.argv[5]
LINE = 212
WARM_UP = 3
took = []


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = time.time_ns()
        records = json.loads(body).get("Records", [])
        answer = json.dumps({"FailedPutCount": 0, "RequestResponses": [{"RecordId": "A" * 224}] * len(records)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        for record in records:
            data = base64.b64decode(record["Data"])
            lines = len(data) // LINE
            for line in {*range(0, lines, 20), max(0, lines - 1)}:
                took.append((now, now - int(data[line * LINE:line * LINE + 19])))

    def log_message(self, *_):
        pass


def write(path, seconds):
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    start, written = time.time(), 0
    while (elapsed := time.time() - start) < seconds:
        for _ in range(int(elapsed * max(RATE, 1)) - written):
            os.write(log, b"%d %s\n" % (time.time_ns(), b"x" * (LINE - 21)))
            written += 1
        time.sleep(0.02 if RATE > 50 else 0.0005 if RATE > 1 else 0.05)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
log = os.path.join(WORK, "logs", "app.log")
os.makedirs(os.path.dirname(log))
open(log, "w").close()
flow = "Shipper:Flows:0:"
errors = open(os.path.join(WORK, "shipper.log"), "w+")
shipper = subprocess.Popen(
    [PROGRAM] + [part for key, value in {
        "Shipper:StateDirectory": os.path.join(WORK, "state"), flow + "Name": "bench", flow + "Paths:0": log,
        flow + "DeliveryStream": "bench", flow + "MaxBatchAge": f"{AGE}ms", flow + "Aggregation:Mode": "Lines",
        "Shipper:Aws:ServiceUrl": f"http://127.0.0.1:{server.server_address[1]}", "Shipper:Aws:Region": "eu-west-1",
    }.items() for part in ("--set", f"{key}={value}")], stderr=errors)
try:
    while "is ready" not in open(errors.name).read():
        if shipper.poll() is not None:
            sys.exit(open(errors.name).read())
        time.sleep(0.1)
    ticks = lambda: sum(int(value) for value in open(f"/proc/{shipper.pid}/stat").read().rsplit(")", 1)[1].split()[11:13])
    writer = os.fork()
    if writer == 0:
        write(log, SECONDS + WARM_UP)
        os._exit(0)
    time.sleep(WARM_UP)
    begun, before = time.time_ns(), ticks()
    time.sleep(SECONDS - 0.5)
    used, lasted = (ticks() - before) / os.sysconf("SC_CLK_TCK"), (time.time_ns() - begun) / 1e9
    os.waitpid(writer, 0)
finally:
    shipper.terminate()
    shipper.wait()
sample = sorted(age / 1e6 for at, age in took if at >= begun)
at = lambda share: sample[min(len(sample) - 1, int(len(sample) * share))]
print(f"{at(0.5):.1f} {at(0.99):.1f} {sample[-1]:.1f} {100 * used / lasted:.2f}")
