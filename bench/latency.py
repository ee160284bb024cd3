"""Writes lines at random intervals and, as a proxy in front of the local Firehose, records when the request with each line arrives.

One process, therefore one clock. The time of a line is taken just before write(2), that of a request after its last byte is read.
usage: latency.py URL PROXY_URL_FILE LOG LINES MIN_MS MAX_MS BATCH_AGE_MS SEED
"""
import base64
import http.client
import http.server
import json
import os
import random
import sys
import threading
import time
import urllib.parse

URL, PROXY_URL_FILE, LOG = sys.argv[1:4]
LINES, MIN, MAX, BATCH_AGE, SEED = (int(value) for value in sys.argv[4:9])
UPSTREAM = urllib.parse.urlsplit(URL)
arrived = {}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.upstream = http.client.HTTPConnection(UPSTREAM.hostname, UPSTREAM.port)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = time.time_ns()
        for record in json.loads(body).get("Records", []):
            for line in base64.b64decode(record["Data"]).split(b"\n"):
                if line:
                    arrived.setdefault(int(line.split(b" ")[0]), now)
        self.upstream.request("POST", self.path, body, dict(self.headers))
        response = self.upstream.getresponse()
        content = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(PROXY_URL_FILE + ".new", "w", encoding="ascii") as file:
    file.write(f"http://127.0.0.1:{server.server_address[1]}")
os.rename(PROXY_URL_FILE + ".new", PROXY_URL_FILE)

sys.stdin.readline()  # the shipper is ready
log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
pick = random.Random(SEED)
written = {}


def write(number):
    written[number] = time.time_ns()
    os.write(log, b"%d %s\n" % (number, b"x" * 200))


# The first lines do not count: code is not compiled and no connection is open yet.
for number in range(-20, LINES):
    write(number)
    time.sleep(pick.uniform(MIN, MAX) / 1000)
deadline = time.time() + 30
while len(arrived) < len(written) and time.time() < deadline:
    time.sleep(0.05)

missing = [number for number in written if number not in arrived]
if missing:
    sys.exit(f"{len(missing)} of {len(written)} lines did not arrive")
took = sorted((arrived[number] - written[number]) / 1e6 - BATCH_AGE for number in written if number >= 0)
at = lambda share: took[min(len(took) - 1, int(len(took) * share))]
print(f"{len(took)} {at(0.5):.2f} {at(0.9):.2f} {at(0.99):.2f} {took[-1]:.2f}")
