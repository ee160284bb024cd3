using System.Security.Cryptography;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>What one call needs and the next can use again.</summary>
internal sealed class CallWorkspace
{
    /// <summary>The call's records.</summary>
    public PutRequest Put { get; } = new();

    /// <summary>Which of them fail.</summary>
    public bool[] Failed { get; } = new bool[Limits.MaxRecordsPerCall];

    /// <summary>Hashes the body.</summary>
    public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
}
