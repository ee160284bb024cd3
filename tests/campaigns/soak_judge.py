#!/usr/bin/env python3
"""Holds what was delivered against what was written, line by line, while both grow, and deletes what is judged.

usage: soak_judge.py LOGS OBJECTS STOP
A line is known by the number at its end ("seq":N}). A log file is judged a minute after its last line was delivered; once the file
STOP exists, what is left is judged and the sums are printed:
"input N, unique N, duplicate N, loss N (0.00 %), strange N". Exit code 1 when anything is lost, or strange.
"""
import os
import sys
import time
import zlib

logs, objects, stop = sys.argv[1:]
seen = bytearray()
sums = {"written": 0, "delivered": 0}
counts = {"input": 0, "unique": 0, "duplicate": 0, "strange": 0}
ripe = {}


def number(line):
    at = line.rfind(b'"seq":')
    text = line[at + 6 : -2]
    return int(text) if at > 0 and line.endswith(b"}\n") and line.startswith(b'{"InvoiceNo"') and text.isdigit() else -1


def deliver(path):
    with open(path, "rb") as file:
        for line in file:
            seq = number(line)
            if seq < 0:
                counts["strange"] += 1
                continue
            if seq >= len(seen):
                seen.extend(bytes(seq + 1_000_000 - len(seen)))
            if seen[seq]:
                counts["duplicate"] += 1
            else:
                seen[seq] = 1
                counts["unique"] += 1
                sums["delivered"] += zlib.crc32(line)
    os.unlink(path)


def write(path):
    with open(path, "rb") as file:
        for line in file:
            counts["input"] += 1
            sums["written"] += zlib.crc32(line)
    os.unlink(path)


def is_ripe(path):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 4096))
        seq = number(file.read().splitlines(keepends=True)[-1])
    if not 0 <= seq < len(seen) or not seen[seq]:
        return False
    return time.monotonic() - ripe.setdefault(path, time.monotonic()) > 60


while True:
    last = os.path.exists(stop)
    for folder, _, names in os.walk(objects):
        for name in names:
            deliver(os.path.join(folder, name))
    files = sorted(os.path.join(logs, name) for name in os.listdir(logs))
    for path in files if last else files[:-1]:
        if last or is_ripe(path):
            write(path)
    if last:
        break
    time.sleep(2)

loss = counts["input"] - counts["unique"]
print("input {input}, unique {unique}, duplicate {duplicate}, loss {loss} ({share:.2f} %), strange {strange}".format(
    loss=loss, share=100 * loss / max(1, counts["input"]), **counts))
if loss == 0 and sums["written"] != sums["delivered"]:
    print("the lines that were delivered are not those that were written")
    sys.exit(1)
sys.exit(1 if loss or counts["strange"] else 0)
