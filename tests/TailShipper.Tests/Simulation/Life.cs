namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Whether one process is still there.</summary>
internal sealed class Life
{
    public bool IsAlive { get; private set; } = true;

    public void End() => IsAlive = false;

    /// <summary>Unwinds the process where it stands when it was killed.</summary>
    public void ThrowIfOver()
    {
        if (!IsAlive)
        {
            throw new KilledException();
        }
    }
}
