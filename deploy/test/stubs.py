"""Instance metadata, version 2 only, and an S3 that serves one object: python3 stubs.py DIRECTORY.

DIRECTORY/port receives the port, DIRECTORY/tags holds NAME=VALUE lines, DIRECTORY/artifact is the object and
DIRECTORY/signed receives the headers of each request for it.
"""
import http.server
import json
import os
import sys

DIRECTORY = sys.argv[1]
TOKEN = "a-token"
ROLE = {
    "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIASTUB", "SecretAccessKey": "secret",
    "Token": "session-token-of-the-role", "LastUpdated": "2026-01-01T00:00:00Z", "Expiration": "2036-01-01T00:00:00Z",
}


def tags():
    with open(os.path.join(DIRECTORY, "tags"), encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("=", 1) for line in lines)


class Stub(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        if self.path == "/latest/api/token" and "X-aws-ec2-metadata-token-ttl-seconds" in self.headers:
            self.answer(200, TOKEN)
        else:
            self.answer(400, "")

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.path.startswith("/releases/artifact"):
            with open(os.path.join(DIRECTORY, "signed"), "a", encoding="utf-8") as seen:
                seen.write(str(self.headers))
            with open(os.path.join(DIRECTORY, "artifact"), "rb") as content:
                self.answer(200 if "Authorization" in self.headers else 403, content.read())
            return
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            print("without a token:", self.path, flush=True)
            self.answer(401, "")
            return
        role = "/latest/meta-data/iam/security-credentials/"
        tag = "/latest/meta-data/tags/instance/shipper:"
        if self.path == "/latest/meta-data/placement/region":
            self.answer(200, "eu-north-1")
        elif self.path == role:
            self.answer(200, "shipper")
        elif self.path == role + "shipper":
            self.answer(200, json.dumps(ROLE))
        elif self.path.startswith(tag) and self.path[len(tag):] in tags():
            self.answer(200, tags()[self.path[len(tag):]])
        else:
            self.answer(404, "")

    def answer(self, status, body):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("ETag", '"stub"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
with open(os.path.join(DIRECTORY, "port.new"), "w", encoding="utf-8") as file:
    file.write(str(server.server_address[1]))
os.rename(os.path.join(DIRECTORY, "port.new"), os.path.join(DIRECTORY, "port"))
server.serve_forever()
