using System.Security.Cryptography;
using System.Text;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Credentials;

/// <summary>Credentials that the SDK gets with the help of another service: what a trimmed program might have lost.</summary>
public sealed class ProfileTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::111122223333:role/shipper";
    private const string StartUrl = "https://example.awsapps.com/start";

    private readonly FakeAws _aws = new();
    private readonly Scene _scene = Scene.Quiet();

    public ValueTask InitializeAsync()
    {
        _scene.Settings.Section["Aws"]!["ServiceUrl"] = _aws.Url;
        _scene.Environment["AWS_ACCESS_KEY_ID"] = null;
        _scene.Environment["AWS_SECRET_ACCESS_KEY"] = null;
        _scene.Environment["AWS_ENDPOINT_URL_STS"] = _aws.TokenService;
        _scene.Environment["AWS_ENDPOINT_URL_SSO"] = _aws.Portal;
        _scene.Environment["AWS_SHARED_CREDENTIALS_FILE"] = _scene.Directory.At("credentials");
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_role_of_a_profile_is_assumed_with_the_keys_of_its_source()
    {
        await UseProfileAsync(
            $"""
            [base]
            aws_access_key_id = AKIABASEBASEBASE0001
            aws_secret_access_key = profile-secret-word

            [middle]
            role_arn = {Role}-middle
            source_profile = base

            [shipper]
            role_arn = {Role}
            role_session_name = from-the-profile
            external_id = order 66
            source_profile = middle
            """);
        await ShipAsync();
        Assert.Contains("Credential=AKIABASEBASEBASE0001/", Question($"RoleArn={Role}-middle&"), StringComparison.Ordinal);
        var asked = Question($"RoleArn={Role}&");
        Assert.Contains($"Credential={_aws.GoodKey}/", asked, StringComparison.Ordinal);
        Assert.Contains("RoleSessionName=from-the-profile", asked, StringComparison.Ordinal);
        Assert.Contains("ExternalId=order 66", asked.Replace('+', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_identity_is_changed_for_a_role()
    {
        var token = _scene.Directory.At("token");
        await File.WriteAllTextAsync(token, "identity-token-word");
        _scene.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token;
        _scene.Environment["AWS_ROLE_ARN"] = Role;
        _scene.Environment["AWS_ROLE_SESSION_NAME"] = "pod";
        await ShipAsync();
        Assert.Contains("WebIdentityToken=identity-token-word", Question($"RoleArn={Role}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_sign_on_gives_the_credentials_of_its_role()
    {
        await UseProfileAsync(
            $"""
            [shipper]
            sso_start_url = {StartUrl}
            sso_region = eu-west-1
            sso_account_id = 111122223333
            sso_role_name = shipping
            """);
        var home = _scene.Directory.At("home");
        _scene.Environment["HOME"] = home;
        var cache = Directory.CreateDirectory(Path.Combine(home, ".aws", "sso", "cache")).FullName;
#pragma warning disable CA5350 // the name of the file that the AWS tools keep a token in
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(StartUrl))) + ".json";
#pragma warning restore CA5350
        await File.WriteAllTextAsync(Path.Combine(cache, name), $$"""
            {"startUrl": "{{StartUrl}}", "region": "eu-west-1", "accessToken": "portal-token-word",
             "expiresAt": "{{DateTime.UtcNow.AddHours(8):yyyy-MM-ddTHH:mm:ssZ}}"}
            """);
        await ShipAsync();
        Assert.Contains("role_name=shipping", Question("portal-token-word"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _aws.DisposeAsync();
    }

    private Task UseProfileAsync(string text)
    {
        _scene.Settings.Section["Aws"]!["Profile"] = "shipper";
        return File.WriteAllTextAsync(_scene.Directory.At("credentials"), text + "\n");
    }

    private async Task ShipAsync()
    {
        await File.AppendAllTextAsync(_scene.Log("a.log"), "line\n");
        var shipper = await _scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "the line arrives",
            () =>
            {
                lock (_aws.Taken)
                {
                    return _aws.Taken.Contains("line\n");
                }
            },
            _scene.Evidence);
        Assert.Equal(0, await shipper.StopAsync());
        foreach (var secret in (string[])["role-secret-word", "role-session-token", "profile-secret-word", "-token-word"])
        {
            Assert.DoesNotContain(secret, shipper.Error + shipper.Output, StringComparison.Ordinal);
        }
    }

    private string Question(string part)
    {
        lock (_aws.Asked)
        {
            return Assert.Single(_aws.Asked, question => question.Contains(part, StringComparison.Ordinal));
        }
    }
}
