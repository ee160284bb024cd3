using Amazon.Runtime;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Credentials;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class AwsCredentialSourceTests
{
    private const string Role = "arn:aws:iam::123456789012:role/shipper";

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_chain_is_asked_once_for_all_callers()
    {
        var lookups = 0;
        var source = Source(new AwsOptions(), () =>
        {
            Interlocked.Increment(ref lookups);
            return new BasicAWSCredentials(StubCredentials.AccessKey, StubCredentials.SecretKey);
        });
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => source.GetAsync(Ending).AsTask()));
        Assert.All(all, credentials => Assert.Equal(StubCredentials.AccessKey, credentials.AccessKey));
        Assert.Equal(1, lookups);
    }

    [Fact]
    public async Task Failure_is_remembered_for_a_while_and_said_in_words()
    {
        var clock = new FakeTimeProvider();
        var lookups = 0;
        var source = Source(
            new AwsOptions(),
            () => ++lookups < 3 ? throw new AmazonClientException("Nothing\n  here.") : new BasicAWSCredentials("AKIAFOUND", "s"),
            clock);

        for (var i = 0; i < 10; i++)
        {
            var thrown = await Assert.ThrowsAsync<CredentialsUnavailableException>(() => source.GetAsync(Ending).AsTask());
            Assert.Contains("(Nothing here)", thrown.Message, StringComparison.Ordinal);
            Assert.Contains("Shipper:Aws:Profile", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, lookups);
        clock.Advance(AwsCredentialSource.RetryInterval);
        await Assert.ThrowsAsync<CredentialsUnavailableException>(() => source.GetAsync(Ending).AsTask());
        clock.Advance(AwsCredentialSource.RetryInterval);
        Assert.Equal("AKIAFOUND", (await source.GetAsync(Ending)).AccessKey);
        Assert.Equal(3, lookups);
    }

    [Fact]
    public async Task The_chains_list_of_exceptions_is_not_passed_on()
    {
        var source = Source(new AwsOptions(), () =>
            throw new AmazonClientException("Failed to resolve AWS credentials. The credential providers …\nException 1 of 4: …"));
        var described = await source.DescribeAsync(Ending);
        Assert.False(described.Available);
        Assert.StartsWith("No AWS credentials were found (neither in the environment", described.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", described.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_credential_process_writes_to_standard_error_is_not_passed_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a program for sh");
        foreach (var (program, shown) in ((string, string)[])
            [
                ("sh -c 'echo SECRETWORD >&2; echo SECRETWORD; exit 3'", "its credential_process ended with 3"),
                ("sh -c 'echo SECRETWORD >&2; echo {SECRETWORD'", "its credential_process gave none that can be used"),
            ])
        {
            var source = Source(new AwsOptions { Profile = "p" }, () =>
            {
                var process = new ProcessAWSCredentials(program);
                process.GetCredentials();
                return process;
            });
            var described = await source.DescribeAsync(Ending);
            Assert.Contains(shown, described.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("SECRETWORD", described.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refused_credentials_are_looked_up_anew_but_not_in_a_storm()
    {
        var clock = new FakeTimeProvider();
        var lookups = 0;
        var source = Source(new AwsOptions(), () => new BasicAWSCredentials($"AKIA{++lookups}", "s"), clock);
        var first = await source.GetAsync(Ending);
        source.Refused(first);
        Assert.Equal("AKIA1", (await source.GetAsync(Ending)).AccessKey);
        clock.Advance(AwsCredentialSource.RetryInterval);
        source.Refused(first);
        source.Refused(first);
        Assert.Equal("AKIA2", (await source.GetAsync(Ending)).AccessKey);
        source.Refused(first);
        Assert.Equal("AKIA2", (await source.GetAsync(Ending)).AccessKey);
    }

    [Fact]
    public async Task A_lookup_that_takes_too_long_is_no_credentials_and_goes_on()
    {
        var clock = new FakeTimeProvider();
        using var found = new ManualResetEventSlim();
        var source = Source(
            new AwsOptions(),
            () =>
            {
                found.Wait();
                return new BasicAWSCredentials("AKIALATE", "s");
            },
            clock);
        var waiting = source.GetAsync(Ending).AsTask();
        clock.Advance(AwsCredentialSource.LookupTimeout);
        await Assert.ThrowsAsync<CredentialsUnavailableException>(() => waiting);
        found.Set();
        Assert.Equal("AKIALATE", (await source.GetAsync(Ending)).AccessKey);
    }

    [Fact]
    public async Task Cancellation_while_looking_up_is_thrown()
    {
        using var stop = new CancellationTokenSource();
        using var found = new ManualResetEventSlim();
        var source = Source(new AwsOptions(), () =>
        {
            found.Wait();
            return new BasicAWSCredentials("AKIALATE", "s");
        });
        var waiting = source.GetAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        found.Set();
    }

    [Fact]
    public async Task A_key_with_a_line_break_is_refused_before_it_reaches_a_header()
    {
        var source = Source(new AwsOptions(), () => new BasicAWSCredentials("AKIA\n", "s"));
        var thrown = await Assert.ThrowsAsync<CredentialsUnavailableException>(() => source.GetAsync(Ending).AsTask());
        Assert.Contains("line break", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_named()
    {
        var source = new AwsCredentialSource(
            new AwsOptions { Profile = "no-such-profile-anywhere" }, "eu-west-1", new FakeTimeProvider());
        var described = await source.DescribeAsync(Ending);
        Assert.False(described.Available);
        Assert.StartsWith("The profile \"no-such-profile-anywhere\" gives no AWS credentials", described.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_description_shows_the_source_and_four_characters()
    {
        var source = Source(
            new AwsOptions { Profile = "orders" }, () => new BasicAWSCredentials(StubCredentials.AccessKey, StubCredentials.SecretKey));
        Assert.Equal(new CredentialDescription(true, "keys of profile orders, access key id …LE42"), await source.DescribeAsync(Ending));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(1)]
    public async Task A_program_whose_credentials_end_soon_is_not_run_at_every_call(int minutes)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var program = new ShortCredentials(_ => DateTime.UtcNow.AddMinutes(minutes));
        var source = Source(new AwsOptions(), () => program, clock);
        for (var i = 0; i < 1_000; i++)
        {
            await source.GetAsync(Ending);
        }

        Assert.InRange(program.Runs, 1, 2);
        for (var i = 0; i < 3_600; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await source.GetAsync(Ending);
        }

        // Never more often than every ten seconds: each question may start one run in the background.
        Assert.InRange(program.Runs, 1, 1 + (2 * 3_600 / (int)CredentialLease.MinHold.TotalSeconds));
    }

    [Fact]
    public async Task Callers_at_once_run_the_program_once()
    {
        var program = new ShortCredentials(_ => DateTime.UtcNow.AddMinutes(10));
        var source = Source(new AwsOptions(), () => program, new FakeTimeProvider(DateTimeOffset.UtcNow));
        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => source.GetAsync(Ending).AsTask(), Ending)));
        Assert.Single(all.Select(credentials => credentials.AccessKey).Distinct());
        Assert.InRange(program.Runs, 1, 2);
    }

    [Fact]
    public async Task A_cached_session_that_does_not_get_newer_is_asked_for_at_most_once_a_minute()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var end = DateTime.UtcNow.AddMinutes(14);
        var program = new ShortCredentials(_ => end);
        var source = Source(new AwsOptions(), () => program, clock);
        for (var i = 0; i < 600; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await source.GetAsync(Ending);
        }

        Assert.InRange(program.Runs, 1, 2 * 15);
    }

    [Theory]
    [InlineData(3600, true, 300)]
    [InlineData(400, true, 200)]
    [InlineData(12, true, 10)]
    [InlineData(-5, true, 10)]
    [InlineData(3600, false, 60)]
    [InlineData(300, false, 30)]
    [InlineData(50, false, 10)]
    [InlineData(-3600, false, 10)]
    public void An_answer_is_kept_for_a_share_of_what_is_left_of_it(int left, bool isNew, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CredentialLease.Hold(TimeSpan.FromSeconds(left), isNew));

    [Fact]
    public async Task A_role_is_assumed_with_its_external_id_and_its_credentials_sign()
    {
        var asked = new List<ScriptedRequest>();
        await using var sts = ScriptedServer.Answering(
            (connection, _) => connection.AnswerAsync("200 OK", Assumed, "Content-Type: text/xml"), asked);
        var source = Source(new AwsOptions { RoleArn = Role, ExternalId = "order 66" }, LongTerm, sts: sts.Url);
        var seen = new List<ScriptedRequest>();
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", Wire.Accepted(1)), seen), source);

        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);
        Assert.Equal(200, (await wire.Client.PutAsync(StubBody.Of(1), Ending)).Status);

        var form = System.Text.Encoding.ASCII.GetString(Assert.Single(asked).Body).Split('&').Select(Uri.UnescapeDataString).ToList();
        Assert.Contains("Action=AssumeRole", form);
        Assert.Contains($"RoleArn={Role}", form);
        Assert.Contains("ExternalId=order 66", form);
        Assert.Contains($"RoleSessionName={RoleRequest.SessionNameOf(Environment.MachineName)}", form);
        Assert.Contains($"Credential={StubCredentials.AccessKey}/", asked[0].Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("temporary-token", seen[0].Headers["X-Amz-Security-Token"]);
        Assert.Equal(
            SdkSignature.Of(seen[0], "eu-west-1", "firehose", "ASIATEMPORARY", "temporary-secret"), seen[0].Headers["Authorization"]);
        Assert.Equal($"role {Role}, access key id …RARY", (await source.DescribeAsync(Ending)).Text);
    }

    [Fact]
    public async Task A_role_whose_token_service_cannot_be_reached_is_said_to_be_that()
    {
        await using var wire = new Wire(
            new Uri("http://127.0.0.1:1/"),
            Source(new AwsOptions { RoleArn = Role }, LongTerm, sts: new Uri("http://127.0.0.1:9/")));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal((0, TransportFailure.NoCredentials), (answer.Status, answer.Failure));
        Assert.StartsWith(
            $"The role {Role} cannot be assumed: the token service (STS) cannot be reached (", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("No AWS credentials", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_be_assumed_is_no_credentials_in_words()
    {
        const string denied = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
            <Message>User is not authorized to perform: sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>
            """;
        await using var sts = ScriptedServer.Answering(
            (connection, _) => connection.AnswerAsync("403 Forbidden", denied, "Content-Type: text/xml"));
        await using var wire = new Wire(
            new Uri("http://127.0.0.1:1/"), Source(new AwsOptions { RoleArn = Role }, LongTerm, sts: sts.Url));
        var answer = await wire.Client.PutAsync(StubBody.Of(1), Ending);
        Assert.Equal((0, TransportFailure.NoCredentials), (answer.Status, answer.Failure));
        Assert.StartsWith($"The role {Role} cannot be assumed (User is not authorized", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(StubCredentials.SecretKey, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_of_a_profile_that_asks_for_a_code_is_refused_with_the_reason()
    {
        var asking = new AssumeRoleAWSCredentials(
            LongTerm(), Role, "session", new AssumeRoleAWSCredentialsOptions { MfaSerialNumber = "arn:aws:iam::123456789012:mfa/me" });
        var described = await Source(new AwsOptions { Profile = "orders" }, () => asking).DescribeAsync(Ending);
        Assert.Equal(
            "The profile \"orders\" gives no AWS credentials (its mfa_serial asks for a code that a service cannot give)."
            + " Correct Shipper:Aws:Profile or the shared files (~/.aws/config, ~/.aws/credentials) of the account that the service"
            + " runs as.",
            described.Text);
    }

    [Fact]
    public async Task A_role_of_a_profile_is_named_as_the_source()
    {
        await using var sts = ScriptedServer.Answering(
            (connection, _) => connection.AnswerAsync("200 OK", Assumed, "Content-Type: text/xml"));
        var source = Source(
            new AwsOptions { Profile = "orders" }, () => new AssumeRoleAWSCredentials(LongTerm(), Role, "session"), sts: sts.Url);
        Assert.Equal($"role {Role} of profile orders, access key id …RARY", (await source.DescribeAsync(Ending)).Text);
    }

    [Theory]
    [InlineData("ip-10-0-0-7.eu-west-1", "tailshipper-ip-10-0-0-7.eu-west-1")]
    [InlineData("büro (1)", "tailshipper-b-ro--1-")]
    public void A_session_name_holds_only_what_the_token_service_allows(string host, string name) =>
        Assert.Equal(name, RoleRequest.SessionNameOf(host));

    [Fact]
    public void A_session_name_is_64_characters_long_at_most() =>
        Assert.Equal(64, RoleRequest.SessionNameOf(new string('h', 253)).Length);

    private const string Assumed = """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIATEMPORARY</AccessKeyId><SecretAccessKey>temporary-secret</SecretAccessKey>
        <SessionToken>temporary-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
        </Credentials></AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>
        """;

    /// <summary>As the SDK's credentials of a program are: renewed by themselves within 15 minutes of their end.</summary>
    private sealed class ShortCredentials : RefreshingAWSCredentials
    {
        private readonly Func<int, DateTime> _end;
        private int _runs;

        public ShortCredentials(Func<int, DateTime> end)
        {
            _end = end;
            PreemptExpiryTime = TimeSpan.FromMinutes(15);
        }

        public int Runs => Volatile.Read(ref _runs);

        protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());

        protected override CredentialsRefreshState GenerateNewCredentials()
        {
            var run = Interlocked.Increment(ref _runs);
            return new CredentialsRefreshState(new ImmutableCredentials("AKIAPROGRAM", "secret", "token"), _end(run));
        }
    }

    private static BasicAWSCredentials LongTerm() => new(StubCredentials.AccessKey, StubCredentials.SecretKey);

    private static AwsCredentialSource Source(AwsOptions options, Func<AWSCredentials> chain, TimeProvider? time = null, Uri? sts = null) =>
        new(options, "eu-west-1", time ?? new FakeTimeProvider(), chain, sts);
}
