using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Credentials;

/// <summary>
/// An instance's metadata service, a token service, the portal of single sign-on, and a Firehose that takes one access key only.
/// </summary>
internal sealed class FakeAws : LoopbackServer
{
    private static readonly string InstanceProfile = new JsonObject
    {
        ["Code"] = "Success",
        ["LastUpdated"] = "2026-01-01T00:00:00Z",
        ["InstanceProfileArn"] = "arn:aws:iam::111122223333:instance-profile/shipper",
        ["InstanceProfileId"] = "AIPAEXAMPLE",
    }.ToJsonString();

    private const string CallerIdentity =
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
        + "<Arn>arn:aws:sts::111122223333:assumed-role/shipper/i-1</Arn><UserId>AROAEXAMPLE:i-1</UserId><Account>111122223333</Account>"
        + "</GetCallerIdentityResult></GetCallerIdentityResponse>";

    /// <summary>The only key that Firehose takes.</summary>
    public string GoodKey { get; set; } = "AKIAGOODGOODGOOD0001";

    /// <summary>The key that the metadata service hands out.</summary>
    public string MetadataKey { get; set; } = "";

    /// <summary>Until when it says that key is good.</summary>
    public DateTimeOffset MetadataEnd { get; set; } = DateTimeOffset.UtcNow.AddHours(6);

    /// <summary>The endpoint of the token service.</summary>
    public string TokenService => Url + "sts";

    /// <summary>The endpoint of the portal.</summary>
    public string Portal => Url + "sso";

    /// <summary>What the token service was asked, as forms; what the portal was asked, as its query and token.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Records taken.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Calls refused for their key.</summary>
    public int Refused { get; private set; }

    protected override async Task<byte[]> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var (status, text) = request.Url!.AbsolutePath.TrimEnd('/') switch
        {
            "/latest/api/token" => (200, "metadata-token"),
            "/latest/meta-data/iam/security-credentials" => (200, "shipper"),
            "/latest/meta-data/iam/security-credentials/shipper" => (200, Credentials()),
            "/latest/meta-data/iam/info" => (200, InstanceProfile),
            "" when request.ContentType?.StartsWith("application/x-www-form", StringComparison.Ordinal) == true => (200, CallerIdentity),
            "" => await PutAsync(request),
            "/sts" => (200, await AssumeAsync(request)),
            "/sso/federation/credentials" => (200, SignIn(request)),
            _ => (404, ""),
        };
        response.StatusCode = status;
        response.Headers["x-aws-ec2-metadata-token-ttl-seconds"] = "60";
        return Encoding.UTF8.GetBytes(text);
    }

    private string Credentials() => new JsonObject
    {
        ["Code"] = "Success",
        ["LastUpdated"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", null),
        ["Type"] = "AWS-HMAC",
        ["AccessKeyId"] = MetadataKey,
        ["SecretAccessKey"] = "metadata-secret-word",
        ["Token"] = "metadata-session-token",
        ["Expiration"] = MetadataEnd.ToString("yyyy-MM-ddTHH:mm:ssZ", null),
    }.ToJsonString();

    private async Task<string> AssumeAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
        var form = Uri.UnescapeDataString(await reader.ReadToEndAsync());
        Note($"{form} {request.Headers["Authorization"]}");
        var action = form.Contains("Action=AssumeRoleWithWebIdentity", StringComparison.Ordinal)
            ? "AssumeRoleWithWebIdentity"
            : "AssumeRole";
        return $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
            <AccessKeyId>{GoodKey}</AccessKeyId><SecretAccessKey>role-secret-word</SecretAccessKey>
            <SessionToken>role-session-token</SessionToken><Expiration>{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration>
            </Credentials></{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>
            """;
    }

    private string SignIn(HttpListenerRequest request)
    {
        Note($"{request.Url!.Query} {request.Headers["x-amz-sso_bearer_token"]}");
        return new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = GoodKey,
                ["secretAccessKey"] = "role-secret-word",
                ["sessionToken"] = "role-session-token",
                ["expiration"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(),
            },
        }.ToJsonString();
    }

    private void Note(string question)
    {
        lock (Asked)
        {
            Asked.Add(question);
        }
    }

    private async Task<(int Status, string Text)> PutAsync(HttpListenerRequest request)
    {
        var body = (await JsonNode.ParseAsync(request.InputStream))!;
        if (!request.Headers["Authorization"]!.Contains($"Credential={GoodKey}/", StringComparison.Ordinal))
        {
            Refused++;
            return (400, """{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}""");
        }

        var records = body["Records"]!.AsArray();
        lock (Taken)
        {
            Taken.AddRange(records.Select(record => Encoding.UTF8.GetString(Convert.FromBase64String((string)record!["Data"]!))));
        }

        return (200, new JsonObject
        {
            ["FailedPutCount"] = 0,
            ["RequestResponses"] = new JsonArray([.. records.Select(_ => new JsonObject { ["RecordId"] = "r" })]),
        }.ToJsonString());
    }
}
