using Shipper.Foundation.Hosting.Systemd;
using Shipper.Foundation.Hosting.Windows;


namespace Shipper.Foundation.Hosting;

/// <summary>Finds out who started the process, and runs it under them.</summary>
internal static class Supervision
{
    /// <summary>Runs <paramref name="body"/> under whoever started the process; what it throws goes to the caller.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="body">Gives the exit code.</param>
    public static async Task<int> RunAsync(string service, Func<ISupervisor, Task<int>> body)
    {
        if (OperatingSystem.IsWindows())
        {
            return await WindowsService.RunAsync(service, body);
        }

        using var systemd = SystemdSupervisor.FromEnvironment();
        return await body(systemd ?? (ISupervisor)new NoSupervisor());
    }
}
