using Amazon.Runtime;
using Shipper.TailShipper.Wire.Credentials;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>Credentials that are there, or not.</summary>
internal sealed class StubCredentials(ImmutableCredentials? credentials) : ICredentialSource
{
    public const string AccessKey = "AKIAEXAMPLEEXAMPLE42";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public const string Token = "FwoGZXIvYXdzEXAMPLETOKEN//////////session==";

    public List<ImmutableCredentials> RefusedOnes { get; } = [];

    public static StubCredentials LongTerm => new(new ImmutableCredentials(AccessKey, SecretKey, null));

    public static StubCredentials Temporary => new(new ImmutableCredentials(AccessKey, SecretKey, Token));

    public ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellation) =>
        credentials is null ? throw new CredentialsUnavailableException("There are none.") : ValueTask.FromResult(credentials);

    public void Refused(ImmutableCredentials refused) => RefusedOnes.Add(refused);

    public Task<CredentialDescription> DescribeAsync(CancellationToken cancellation) =>
        Task.FromResult(new CredentialDescription(credentials is not null, "stub"));
}
