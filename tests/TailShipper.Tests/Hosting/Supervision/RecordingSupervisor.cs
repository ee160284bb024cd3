using Shipper.Foundation.Hosting;


namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingSupervisor : ISupervisor
{
    public TimeSpan? WatchdogInterval { get; set; }

    public int Alive { get; private set; }

    public List<string> Told { get; } = [];

    public void Attach(Action stop, Action reload)
    {
    }

    public void Starting(TimeSpan extension) => Told.Add("starting");

    public void Ready() => Told.Add("ready");

    public void Reloading() => Told.Add("reloading");

    public void Status(string line) => Told.Add(line);

    public void Stopping(TimeSpan extension) => Told.Add("stopping");

    void ISupervisor.Alive() => Alive++;
}
