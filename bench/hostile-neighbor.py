#!/usr/bin/env python3
"""Ships 20 quiet files, 200 lines a second, while the directory of another flow is hostile. Prints what reached the service of the
quiet files and how late, and what it cost, for hostile-neighbor.sh. usage: hostile-neighbor.py PROGRAM KIND SECONDS"""
import base64
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

FILES, RATE = 20, 200  # quiet files, and lines a second in all of them
program, kind, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
top = tempfile.mkdtemp(prefix="hostile-")


def serve():
    """Accepts everything, and notes when each line of the quiet files arrived: its text begins with when it was written."""
    late, seen = [], set()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            now = time.time()
            request = json.loads(body)
            if request["DeliveryStreamName"] == "quiet":
                for record in request["Records"]:
                    for line in base64.b64decode(record["Data"]).split(b"\n")[:-1]:
                        written, number = line.split()
                        late.append(now - float(written))
                        seen.add(int(number))
            answers = ",".join(['{"RecordId":"x"}'] * len(request["Records"]))
            out = ('{"FailedPutCount":0,"Encrypted":false,"RequestResponses":[' + answers + "]}").encode()
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n" % len(out)
            self.wfile.write(head + out)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    for _ in sys.stdin:
        late.sort()
        middle, worst = late[len(late) // 2], late[int(len(late) * 0.99)]
        print(f"{len(seen)} {len(late) - len(seen)} {middle:.2f} {worst:.2f} {late[-1]:.2f}", flush=True)


def hostile(directory, stop):
    """Does what the kind says until it is stopped."""
    count = 0
    names = random.Random(1)
    while not stop.is_set():
        if kind == "none":
            stop.wait(1)
        elif kind == "tiny":  # thousands of files of one short line that begin alike
            if count < 30000:
                for _ in range(300):
                    with open(f"{directory}/{count:06}.log", "w") as file:
                        file.write("a line that all of them share\n" if count % 2 else "another one\n")
                    count += 1
            stop.wait(0.05)
        elif kind == "sparse":  # gigabytes of nothing, and a line without end
            if count == 0:
                for number in range(20):
                    with open(f"{directory}/{number}.log", "wb") as file:
                        file.truncate(3 << 30)
                        file.seek(3 << 30)
                        file.write(b"x\n")
            with open(f"{directory}/endless.log", "ab") as file:
                file.write(b"x" * (8 << 20) if count < 60 else b"")
            count += 1
            stop.wait(0.2)
        elif kind == "long-line":  # lines that fit into no record, and of which one fits nowhere
            with open(f"{directory}/{count % 10}.log", "ab") as file:
                file.write(b"y" * (40 << 20 if count == 0 else 2 << 20) + b"\n" if count < 120 else b"")
            count += 1
            stop.wait(0.1)
        elif kind == "rename":  # files that are created, written, renamed over each other, truncated and deleted without a pause
            for _ in range(50):
                path = f"{directory}/{names.randrange(200)}.log"
                if os.path.islink(path):
                    os.unlink(path)  # what a link of this neighbor leads to is never written to
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o640)
                with os.fdopen(handle, "wb") as file:
                    file.write(b"line %d\n" % count)
                    if (act := names.randrange(4)) == 1:
                        file.truncate(0)
                count += 1
                if act == 0:
                    os.rename(path, f"{directory}/{names.randrange(200)}.log")
                elif act == 2:
                    os.unlink(path)
                elif act == 3:
                    os.symlink(f"{top}/private", f"{path}.{count}.log")
                    os.rename(f"{path}.{count}.log", f"{directory}/{names.randrange(200)}.log")
            stop.wait(0.01)
        elif kind == "names":  # names as long as they may be, new ones all the time
            for _ in range(20):
                open(f"{directory}/{count:06}{'n' * 240}.log", "w").close()
                if count >= 2000:
                    os.unlink(f"{directory}/{count - 2000:06}{'n' * 240}.log")
                count += 1
            stop.wait(0.02)
        else:
            sys.exit(f"no such kind: {kind}")


def main():
    service = subprocess.Popen([sys.executable, __file__, "serve", "", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = service.stdout.readline().strip()
    os.mkdir(f"{top}/quiet")
    os.mkdir(f"{top}/hostile")
    with open(f"{top}/private", "w") as file:
        file.write("what links lead to\n")
    flows = [{"Name": name, "DeliveryStream": name, "Paths": [f"{top}/{name}/*.log"]} for name in ("quiet", "hostile")]
    shipper = {"StateDirectory": f"{top}/state", "Aws": {"ServiceUrl": f"http://127.0.0.1:{port}", "Region": "eu-west-1"}, "Flows": flows}
    shipper["DeadLetters"] = {"MaxBytes": 64 << 20, "MaxFileBytes": 32 << 20}
    with open(f"{top}/shipper.json", "w") as file:
        json.dump({"Shipper": shipper}, file)
    files = [open(f"{top}/quiet/{number}.log", "ab", buffering=0) for number in range(FILES)]
    with open(f"{top}/log", "w") as log:
        process = subprocess.Popen([program, "run", "--config", f"{top}/shipper.json"], stdout=log, stderr=log)
    stop = threading.Event()
    neighbor = threading.Thread(target=hostile, args=(f"{top}/hostile", stop), daemon=True)
    try:
        while "is ready" not in open(f"{top}/log").read():
            if process.poll() is not None:
                sys.exit(open(f"{top}/log").read())
            time.sleep(0.1)
        neighbor.start()
        began, written = time.time(), 0
        while time.time() < began + seconds:
            for _ in range(int((time.time() - began) * RATE) - written):
                files[written % FILES].write(b"%.3f %d\n" % (time.time(), written))
                written += 1
            time.sleep(0.01)
        stop.set()
        time.sleep(4)
        status = open(f"/proc/{process.pid}/status").read()
        peak = int(status.split("VmHWM:")[1].split()[0])
        ticks = sum(map(int, open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]))
        service.stdin.write("\n")
        service.stdin.flush()
        letters = sum(os.path.getsize(f"{top}/state/dead-letters/{name}") for name in os.listdir(f"{top}/state/dead-letters")) \
            if os.path.isdir(f"{top}/state/dead-letters") else 0
        cpu = ticks * 100 / os.sysconf("SC_CLK_TCK") / (seconds + 4)
        print(kind, written, service.stdout.readline().strip(), f"{cpu:.0f} {peak / 1024:.0f} {letters / 1048576:.0f}")
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
