namespace Shipper.Foundation.Hosting.Windows;

/// <summary>What the service control manager is told; the fields of SERVICE_STATUS that vary.</summary>
/// <param name="State">The state.</param>
/// <param name="Accepted">The controls that may be sent, as SERVICE_ACCEPT_ bits.</param>
/// <param name="ExitCode">0, or 1066 (ERROR_SERVICE_SPECIFIC_ERROR) when <paramref name="SpecificExitCode"/> says more.</param>
/// <param name="SpecificExitCode">The exit code of the process, when it is not 0.</param>
/// <param name="Checkpoint">Rises while a start or stop is pending; else 0.</param>
/// <param name="WaitHintMilliseconds">When to expect the next checkpoint; 0 unless pending.</param>
internal readonly record struct ServiceStatus(ServiceState State, uint Accepted, uint ExitCode, uint SpecificExitCode, uint Checkpoint, uint WaitHintMilliseconds);
