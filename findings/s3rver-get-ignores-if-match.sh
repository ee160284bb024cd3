#!/usr/bin/env bash
# s3rver 3.7.1 (npm), an S3 for tests, and a download that continues where it broke.
#
# Who continues a download asks for the rest with "Range" and with "If-Match: ETAG", so that an object that was replaced meanwhile is refused
# (412 Precondition Failed, as Amazon S3 answers) and no mixture of two objects comes out. s3rver ignores If-Match on GET: it answers 206
# with bytes of the new object. A test against it that expects the refusal fails; worse, code that relies on the condition alone passes its
# tests and mixes two objects here, and wherever else the condition is ignored.
#
#   GET, Range: bytes=4-, If-Match: the ETag of the object that was replaced    206, and the new object's bytes
#
# What to do: compare the ETag of every answer with that of the first, whether or not the condition was sent.
#
# 0: as described. 1: it changed. 77: node, npm, curl or the package cannot be had.
set -uo pipefail
for tool in node npm curl md5sum; do command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }; done
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
cd "$work" || exit 1
timeout 120 npm install --no-audit --no-fund --ignore-scripts s3rver@3.7.1 >npm.log 2>&1 || { tail -1 npm.log; exit 77; }

mkdir data
node node_modules/s3rver/bin/s3rver.js -d data -a 127.0.0.1 -p 0 --configure-bucket finding >server.log 2>&1 &
server=$!
for _ in $(seq 100); do grep -q listening server.log && break; sleep 0.1; done
address=$(grep -o '[0-9.]*:[0-9]*$' server.log | head -1)
[ -n "$address" ] || { cat server.log; exit 77; }

put() { curl -sS -o /dev/null -X PUT --data-binary "$1" "http://$address/finding/object"; }
put "old object"
etag=$(printf 'old object' | md5sum | cut -d' ' -f1)
put "new object"
status=$(curl -sS -o answer -w '%{http_code}' -H 'Range: bytes=4-' -H "If-Match: \"$etag\"" "http://$address/finding/object")
echo "s3rver $(node -p 'require("s3rver/package.json").version'): GET with the old ETag in If-Match: $status, \"$(cat answer)\""
[ "$status" = 206 ] && exit 0
exit 1
