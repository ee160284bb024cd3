using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Credentials;

/// <summary>An instance, played in a network namespace of its own: metadata at its own address, and a proxy that must not see it.</summary>
public sealed class MetadataProxyTests
{
    // Answers metadata at the instance's address, and anything at the proxy's; writes who was asked for what to the file $1.
    private const string Network = """
        ip link set lo up && ip address add 169.254.169.254/32 dev lo || exit 90
        python3 - "$1" <<'PYTHON' &
        import http.server, sys, threading
        credentials = '{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"ASIAMETADATA12345678",' \
            '"SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}'
        log = open(sys.argv[1], "a", buffering=1)
        def handler(name):
            class Handler(http.server.BaseHTTPRequestHandler):
                def answer(self):
                    print(name, self.path, file=log)
                    path = self.path.rstrip("/")
                    text = "token" if path.endswith("api/token") else "role" if path.endswith("security-credentials") \
                        else credentials if path.endswith("/role") else '{"Code":"Success"}'
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(text)))
                    self.send_header("x-aws-ec2-metadata-token-ttl-seconds", "60")
                    self.end_headers()
                    self.wfile.write(text.encode())
                do_GET = do_PUT = do_POST = do_CONNECT = answer
                def log_message(self, *arguments): pass
            return Handler
        servers = [http.server.ThreadingHTTPServer(("169.254.169.254", 80), handler("metadata")),
                   http.server.ThreadingHTTPServer(("127.0.0.1", 3128), handler("proxy"))]
        for server in servers: threading.Thread(target=server.serve_forever, daemon=True).start()
        print("ready", file=log)
        threading.Event().wait()
        PYTHON
        server=$!
        until grep -q ready "$1"; do kill -0 $server || exit 91; sleep 0.1; done
        shift
        "$@"
        code=$?
        kill $server
        exit $code
        """;

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    [InlineData("ALL_PROXY")]
    public async Task Metadata_is_never_asked_through_a_proxy(string variable)
    {
        Assert.SkipUnless(Posix.IsRoot && File.Exists("/usr/bin/unshare"), "only root can make a network namespace.");
        Assert.SkipUnless(Array.Exists(["/sbin/ip", "/usr/sbin/ip", "/bin/ip"], File.Exists), "ip (iproute2) is not here.");
        using var scene = Scene.Quiet();
        var log = scene.Directory.At("asked");
        await File.WriteAllTextAsync(log, "");
        var environment = new Dictionary<string, string?>
        {
            ["AWS_ACCESS_KEY_ID"] = null,
            ["AWS_SECRET_ACCESS_KEY"] = null,
            ["AWS_EC2_METADATA_DISABLED"] = null,
            ["NO_PROXY"] = null,
            ["no_proxy"] = null,
            [variable] = "http://127.0.0.1:3128",
        };
        using var check = new ServiceProcess(
            "tailshipper", ["check", .. scene.Configuration()], environment,
            before: ["unshare", "--net", "bash", "-c", Network, "network", log]);
        var code = await check.ExitAsync();
        Assert.SkipWhen(code is 90 or 91, "the namespace has no loopback, or python3 is not here.");
        var asked = await File.ReadAllTextAsync(log);
        Assert.Contains("instance role, access key id …5678", check.Output, StringComparison.Ordinal);
        Assert.Contains("metadata /latest/meta-data/iam/security-credentials", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("proxy ", asked, StringComparison.Ordinal);
    }
}
