namespace Shipper.Foundation.Hosting;

/// <summary>For a process that a person started: nobody wants to know.</summary>
internal sealed class NoSupervisor : ISupervisor
{
    /// <inheritdoc/>
    public TimeSpan? WatchdogInterval => null;

    /// <inheritdoc/>
    public void Attach(Action stop, Action reload)
    {
    }

    /// <inheritdoc/>
    public void Starting(TimeSpan extension)
    {
    }

    /// <inheritdoc/>
    public void Ready()
    {
    }

    /// <inheritdoc/>
    public void Reloading()
    {
    }

    /// <inheritdoc/>
    public void Status(string line)
    {
    }

    /// <inheritdoc/>
    public void Alive()
    {
    }

    /// <inheritdoc/>
    public void Stopping(TimeSpan extension)
    {
    }
}
