"""Who am I, and nothing else of AWS: python3 sts.py DIRECTORY. DIRECTORY/port receives the port."""
import http.server
import os
import sys

ANSWER = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/nobody</Arn><UserId>AIDASTUB</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>""".encode()


class Stub(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(200 if "Action=GetCallerIdentity" in asked else 400)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass


with http.server.HTTPServer(("127.0.0.1", 0), Stub) as server:
    with open(os.path.join(sys.argv[1], "port.new"), "w", encoding="utf-8") as port:
        port.write(str(server.server_port))
    os.rename(os.path.join(sys.argv[1], "port.new"), os.path.join(sys.argv[1], "port"))
    server.serve_forever()
