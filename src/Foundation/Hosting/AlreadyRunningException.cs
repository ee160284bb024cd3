namespace Shipper.Foundation.Hosting;

/// <summary>Another instance holds what this one needs; the process ends with <see cref="ExitCodes.AlreadyRunning"/>.</summary>
internal sealed class AlreadyRunningException(string message) : StartRefusedException(message, ExitCodes.AlreadyRunning);
