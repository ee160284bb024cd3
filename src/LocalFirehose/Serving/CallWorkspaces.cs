using System.Collections.Concurrent;

namespace Shipper.LocalFirehose.Serving;

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
