using Shipper.Foundation.Hosting.Systemd;
using Shipper.Foundation.Hosting.Windows;

namespace Shipper.Foundation.Hosting;

/// <summary>Finds out what started the process, and runs it under that.</summary>
internal static class Supervision
{
    /// <summary>Runs <paramref name="body"/> with its supervisor; what it throws goes to the caller.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="body">Gives the exit code.</param>
    public static Task<int> RunAsync(string service, Func<ISupervisor, Task<int>> body) => OperatingSystem.IsWindows()
        ? WindowsService.RunAsync(service, body)
        : body(SystemdSupervisor.FromEnvironment() ?? (ISupervisor)new NoSupervisor());
}
