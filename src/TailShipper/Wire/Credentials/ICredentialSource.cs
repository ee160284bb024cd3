using Amazon.Runtime;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>Says as whom to sign. Any thread may ask, several at once.</summary>
internal interface ICredentialSource
{
    /// <summary>The credentials of this moment; usually at once, from memory.</summary>
    /// <exception cref="CredentialsUnavailableException">There are none; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellation);

    /// <summary>The service did not accept <paramref name="credentials"/>: look for them anew before the next call.</summary>
    void Refused(ImmutableCredentials credentials);

    /// <summary>Who signs, or why nobody can. Never throws but on cancellation.</summary>
    Task<CredentialDescription> DescribeAsync(CancellationToken cancellation);
}
