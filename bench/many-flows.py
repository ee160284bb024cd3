#!/usr/bin/env python3
"""Runs a shipper with many flows of one file each, for many-flows.sh. Prints CPU in % of a core, the mean of the resident
KiB of each second, threads, inotify instances, calls answered a second, and the least and the most resident KiB.
usage: many-flows.py PROGRAM FLOWS LINES-A-SECOND SECONDS MAX-BUFFER-BYTES(0: default)"""
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

WARM = 40  # seconds: code is compiled again, idle files are polled ever less often
program, flows, rate, seconds, memory = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
top = tempfile.mkdtemp(prefix="many-flows-")


def serve():
    """A delivery stream that accepts everything, in a process of its own: it prints its port first, and its calls when it ends."""
    calls = [0]

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls[0] += 1
            answers = b",".join([b'{"RecordId":"x"}'] * body.count(b'"Data":"'))
            out = b'{"FailedPutCount":0,"Encrypted":false,"RequestResponses":[' + answers + b"]}"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n" % len(out)
            self.wfile.write(head + out)

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads, request_queue_size = True, 1024

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    for _ in sys.stdin:
        print(calls[0], flush=True)


def status(pid, key):
    return int(re.search(key + r":\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1))


def ticks(pid):
    return sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13]))


def inotify(pid):
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += "inotify" in os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:
            pass
    return count


def write(files, duration):
    """One file after the other in turn, in steps of 10 ms."""
    end, began, written = time.time() + duration, time.time(), 0
    while time.time() < end:
        for _ in range(min(int((time.time() - began) * rate) - written, 2000)):
            files[written % len(files)].write(b"%s line %d\n" % (b"x" * 90, written))
            written += 1
        time.sleep(0.01)


def main():
    service = subprocess.Popen([sys.executable, __file__, "serve", "0", "0", "0", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = service.stdout.readline().strip()

    def calls():
        service.stdin.write("\n")
        service.stdin.flush()
        return int(service.stdout.readline())

    files, sections = [], []
    for flow in range(flows):
        directory = f"{top}/{flow:04}"
        os.mkdir(directory)
        files.append(open(f"{directory}/app.log", "ab", buffering=0))
        files[-1].write(b"first line of flow %d\n" % flow)
        sections.append({"Name": f"flow{flow}", "DeliveryStream": "bench", "Paths": [f"{directory}/*.log"]})
    shipper = {"StateDirectory": f"{top}/state", "Aws": {"ServiceUrl": f"http://127.0.0.1:{port}", "Region": "eu-west-1"}, "Flows": sections}
    shipper |= {"MaxBufferBytes": memory} if memory else {}
    with open(f"{top}/shipper.json", "w") as file:
        json.dump({"Shipper": shipper}, file)
    with open(f"{top}/log", "w") as log:
        process = subprocess.Popen([program, "run", "--config", f"{top}/shipper.json"], stdout=log, stderr=log)
    try:
        while "is ready" not in open(f"{top}/log").read():
            if process.poll() is not None:
                sys.exit(open(f"{top}/log").read())
            time.sleep(0.1)
        write(files, WARM)
        before, called, began = ticks(process.pid), calls(), time.time()
        resident = []
        while time.time() - began < seconds:
            write(files, 1)
            resident.append(status(process.pid, "VmRSS"))
        passed = time.time() - began
        cpu = (ticks(process.pid) - before) * 100 / os.sysconf("SC_CLK_TCK") / passed
        pid = process.pid
        counts = f"{status(pid, 'Threads')} {inotify(pid)} {(calls() - called) / passed:.0f}"
        print(f"{cpu:.2f} {sum(resident) / len(resident):.0f} {counts} {min(resident)} {max(resident)}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        service.kill()
        shutil.rmtree(top)


if program == "serve":
    os.rmdir(top)
    serve()
else:
    main()
