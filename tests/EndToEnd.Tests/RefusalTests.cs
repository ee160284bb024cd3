using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What someone must mend outside: the message says what, nothing is dropped, and it goes on by itself.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task Without_credentials_it_waits_and_goes_on_when_they_appear()
    {
        using var scene = await Scene.StartAsync();
        scene.Environment["HOME"] = scene.Directory.Path;
        scene.Environment["AWS_CONFIG_FILE"] = null;
        scene.Environment["AWS_ACCESS_KEY_ID"] = null;
        scene.Environment["AWS_SECRET_ACCESS_KEY"] = null;
        scene.Environment["AWS_SHARED_CREDENTIALS_FILE"] = null;
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("No AWS credentials were found");
        Assert.Contains("Attach an instance role, set AWS_ACCESS_KEY_ID", scene.Shipper.Error, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            "it is degraded",
            () => MetricsFile.Read(scene.State).Any(line => line.GetProperty("health").GetString() == "degraded"),
            scene.Evidence);
        scene.Directory.Make(".aws");
        await File.WriteAllTextAsync(
            scene.Directory.At(".aws/credentials"), "[default]\naws_access_key_id = local\naws_secret_access_key = local-secret\n");
        await scene.ExactAsync(scene.Written());
        Assert.Contains("the service takes records again", scene.Shipper.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_key_is_named_and_never_shown()
    {
        using var scene = await Scene.StartAsync();
        scene.Environment["AWS_SECRET_ACCESS_KEY"] = "not-the-right-secret";
        scene.Settings.Section["ShutdownTimeout"] = "1s";
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("Correct the secret key");
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.DoesNotContain("not-the-right-secret", scene.Evidence(), StringComparison.Ordinal);
        scene.Environment.Clear();
        await scene.StartShipperAsync();
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task A_delivery_stream_that_is_created_later_gets_every_line()
    {
        using var scene = await Scene.StartAsync([], killable: true);
        scene.Settings.AddFlow("orders", scene.Log("*.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("Create the delivery stream orders");
        await scene.Firehose.CrashAsync();
        await scene.Firehose.StartAsync("--set", "LocalFirehose:Streams:0:Name=orders", "--set", "LocalFirehose:Streams:0:Bucket=orders");
        await scene.ExactAsync(scene.Written());
    }

    [Theory]
    [InlineData("CallerDenied", "lacks kms:GenerateDataKey on arn:aws:kms:us-east-1:000000000000:key/")]
    [InlineData("GrantRevoked", "Allow the role or user that ships kms:GenerateDataKey and kms:Decrypt")]
    public async Task A_key_that_may_not_be_used_is_named_and_every_line_arrives_when_it_may(string fault, string advice)
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["Kms"] = fault });
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync(advice);
        await scene.Firehose.HealAsync();
        await scene.ExactAsync(scene.Written());
    }

    [Theory]
    [InlineData("AccessDeniedException", 400, "lacks firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/orders")]
    [InlineData("ExpiredTokenException", 403, "The credentials have expired")]
    public async Task What_is_refused_for_now_is_sent_when_it_is_mended(string code, int status, string advice)
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = code, ["ErrorStatus"] = status });
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync(advice);
        await scene.Firehose.HealAsync();
        await scene.ExactAsync(scene.Written());
    }
}
