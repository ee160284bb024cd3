using Amazon.Runtime;

namespace Shipper.TailShipper.Wire.Credentials;

/// <summary>The credentials that sign calls. Thread-safe.</summary>
internal interface ICredentialSource
{
    /// <summary>The credentials of this moment; usually at once, from memory.</summary>
    /// <exception cref="CredentialsUnavailableException">There are none; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellation);

    /// <summary>The service did not accept <paramref name="credentials"/>: they are looked up again before the next call.</summary>
    void Refused(ImmutableCredentials credentials);

    /// <summary>Whose credentials sign, or why there are none. Throws on cancellation only.</summary>
    Task<CredentialDescription> DescribeAsync(CancellationToken cancellation);
}

/// <summary>Describes the credentials for a person who checks the setup.</summary>
/// <param name="Available">False when calls cannot be signed.</param>
/// <param name="Text">Source and the last four characters of the access key id, or what is missing and what to do.</param>
internal readonly record struct CredentialDescription(bool Available, string Text);

/// <summary>There are no usable credentials; the message says why and what to do, and contains no secrets.</summary>
internal sealed class CredentialsUnavailableException(string message) : Exception(message);
