using System.Collections.Concurrent;
using System.Security.Cryptography;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>The reusable buffers of one call.</summary>
internal sealed class CallWorkspace
{
    /// <summary>The records of the call.</summary>
    public PutRequest Put { get; } = new();

    /// <summary>Which records fail.</summary>
    public bool[] Failed { get; } = new bool[Limits.MaxRecordsPerCall];

    /// <summary>Hashes the body.</summary>
    public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
}

/// <summary>Keeps workspaces between calls, as many as there were calls in flight at the same time.</summary>
internal sealed class CallWorkspacePool
{
    private readonly ConcurrentBag<CallWorkspace> _idle = [];

    /// <summary>Returns an empty workspace.</summary>
    public CallWorkspace Rent() => _idle.TryTake(out var workspace) ? workspace : new CallWorkspace();

    /// <summary>Empties a workspace and takes it back.</summary>
    public void Return(CallWorkspace workspace)
    {
        workspace.Put.Clear();
        // If the client disconnected within its body, the hash is incomplete.
        workspace.Hash.GetHashAndReset();
        _idle.Add(workspace);
    }
}
