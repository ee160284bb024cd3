using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Credentials;

/// <summary>Credentials that expire, appear and change while the service runs.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    private readonly FakeAws _aws = new();
    private readonly Scene _scene = Scene.Quiet();

    public ValueTask InitializeAsync()
    {
        _scene.Settings.Section["Aws"]!["ServiceUrl"] = _aws.Url;
        _scene.Environment["AWS_ACCESS_KEY_ID"] = null;
        _scene.Environment["AWS_SECRET_ACCESS_KEY"] = null;
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_instance_role_whose_credentials_have_expired_is_asked_again()
    {
        _scene.Environment["AWS_EC2_METADATA_DISABLED"] = null;
        _scene.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = _aws.Url.TrimEnd('/');
        _aws.MetadataKey = "ASIAOLDOLDOLDOLD0001";
        await WriteAsync("first");
        var shipper = await _scene.StartShipperAsync();
        await shipper.SaysAsync("The credentials have expired: renew them");
        Assert.True(_aws.Refused > 0);

        _aws.MetadataKey = _aws.GoodKey;
        await TakenAsync("first");
        await WriteAsync("second");
        await TakenAsync("second");
        await EndAsync();
    }

    [Fact]
    public async Task A_credentials_file_that_appears_after_the_start_is_used()
    {
        var file = _scene.Directory.At("credentials");
        _scene.Environment["AWS_SHARED_CREDENTIALS_FILE"] = file;
        await WriteAsync("first");
        var shipper = await _scene.StartShipperAsync();
        await shipper.SaysAsync("No AWS credentials were found");
        await ProfileAsync(file, _aws.GoodKey);
        await TakenAsync("first");
        await EndAsync();
    }

    [Fact]
    public async Task A_credentials_file_that_changes_is_read_anew_before_the_old_keys_are_refused()
    {
        var file = _scene.Directory.At("credentials");
        _scene.Environment["AWS_SHARED_CREDENTIALS_FILE"] = file;
        await ProfileAsync(file, _aws.GoodKey);
        await WriteAsync("first");
        var shipper = await _scene.StartShipperAsync();
        await TakenAsync("first");

        await ProfileAsync(file, "AKIANEWNEWNEWNEW0002");
        var lines = 0;
        await Eventually.TrueAsync(
            "the change is seen",
            async () =>
            {
                await WriteAsync($"between {lines++}");
                return shipper.Said("the shared AWS files have changed") > 0;
            },
            _scene.Evidence,
            pause: TimeSpan.FromMilliseconds(300));
        _aws.GoodKey = "AKIANEWNEWNEWNEW0002";
        await WriteAsync("last");
        await TakenAsync("last");
        for (var line = 0; line < lines; line++)
        {
            await TakenAsync($"between {line}"); // one that was under way when the keys changed comes after a probe
        }

        await EndAsync();
        Assert.Equal( // in whatever order: calls are under way side by side
            new[] { "first\n", "last\n" }.Concat(Enumerable.Range(0, lines).Select(line => $"between {line}\n"))
                .Order(StringComparer.Ordinal),
            _aws.Taken.Distinct().Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _aws.DisposeAsync();
    }

    private static async Task ProfileAsync(string file, string key)
    {
        await File.WriteAllTextAsync(file + ".new", $"[default]\naws_access_key_id = {key}\naws_secret_access_key = profile-secret-word\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    private Task WriteAsync(string line) => File.AppendAllTextAsync(_scene.Log("a.log"), line + "\n");

    // A blocked flow probes after 5 to 10 s at first, and then ever less often.
    private Task TakenAsync(string line) => Eventually.TrueAsync(
        $"\"{line}\" arrives",
        () =>
        {
            lock (_aws.Taken)
            {
                return _aws.Taken.Contains(line + "\n");
            }
        },
        _scene.Evidence);

    private async Task EndAsync()
    {
        Assert.Equal(0, await _scene.Shipper.StopAsync());
        foreach (var secret in (string[])["metadata-secret-word", "metadata-session-token", "profile-secret-word"])
        {
            Assert.DoesNotContain(secret, _scene.Shipper.Error + _scene.Shipper.Output, StringComparison.Ordinal);
        }
    }
}
