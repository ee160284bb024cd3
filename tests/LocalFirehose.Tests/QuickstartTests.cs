using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>
/// Types what docs/quickstart.md says. The calls of Firehose go to the local one; AWS's own client checks those of S3 and IAM and sends
/// nothing; an object made here takes the place of the bucket's.
/// </summary>
public sealed partial class QuickstartTests
{
    private const string Account = "123456789012";

    // In the place of the AWS command line: where each call goes.
    private const string Client = $$"""
        set -euo pipefail
        sleep() { :; }
        aws() {
            case "$1 $2" in
                "sts get-caller-identity") echo {{Account}} ;;
                "firehose "*) {{RealClient.Aws}} --endpoint-url "$URL" "$@" ;;
                "s3 sync") mkdir -p "$4" && echo "order 536365" | gzip >"$4/object.gz" ;;
                "s3 "*) : ;;
                *)
                    # Nobody listens there: the client has checked and signed the call by then.
                    said=$({{RealClient.Aws}} --endpoint-url http://127.0.0.1:1 "$@" 2>&1 || true)
                    [[ $said == *"Could not connect to the endpoint URL"* ]] || { echo "$1 $2: $said" >&2 && return 1; }
                    echo "checked: $1 $2" ;;
            esac
        }
        """;

    [Fact]
    public async Task The_commands_make_a_stream_that_takes_lines_and_take_it_away_again()
    {
        Assert.SkipUnless(File.Exists(RealClient.Aws), "The AWS command line is not installed: apt-get install awscli");
        using var directory = new TemporaryDirectory();
        await using var server = await TestServer.StartAsync(time: TimeProvider.System);
        var blocks = Block().Matches(Page()).Select(block => block.Groups["text"].Value)
            .Where(text => text.Contains("aws ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, blocks.Count); // bucket; role and stream; policy; objects; away again
        var put = "aws firehose put-record --delivery-stream-name order-logs --record Data=aGVsbG8K >/dev/null; echo put\n";
        var script = $"{Client}\nexport URL={server.Host.Url}\ncd {directory.Root}\n{string.Join('\n', blocks[..^1])}\n{put}{blocks[^1]}\n";
        var (exitCode, output, error) = await RealClient.RunAsync("/bin/bash", ["-c", script]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("ACTIVE\n", output, StringComparison.Ordinal);
        Assert.Contains("object.gz:order 536365\n", output, StringComparison.Ordinal);
        Assert.Contains("put\n", output, StringComparison.Ordinal);
        foreach (var call in (string[])["s3api create-bucket", "iam create-role", "iam put-role-policy", "iam create-policy"])
        {
            Assert.Contains($"checked: {call}\n", output, StringComparison.Ordinal);
        }

        foreach (var document in (string[])["trust.json", "bucket.json", "stream.json", "shipper.json"])
        {
            var text = await File.ReadAllTextAsync(Path.Join(directory.Root, document));
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(text).RootElement.ValueKind);
            Assert.DoesNotContain('$', text);
        }
    }

    private static string Page() =>
        File.ReadAllText(Path.Join(RepositoryRoot.Directory, "docs", "quickstart.md")).ReplaceLineEndings("\n");

    [GeneratedRegex("^```[a-z]*\\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
