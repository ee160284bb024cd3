using System.Collections.Concurrent;
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

/// <summary>Keeps workspaces between calls; there are as many as calls were ever in flight at once.</summary>
internal sealed class CallWorkspaces
{
    private readonly ConcurrentBag<CallWorkspace> _idle = [];

    /// <summary>Hands out a workspace.</summary>
    public CallWorkspace Rent() => _idle.TryTake(out var workspace) ? workspace : new CallWorkspace();

    /// <summary>Takes it back, cleared.</summary>
    public void Return(CallWorkspace workspace)
    {
        workspace.Put.Clear();
        // A caller that went away in the middle of its body leaves half a hash behind.
        workspace.Hash.GetHashAndReset();
        _idle.Add(workspace);
    }
}
