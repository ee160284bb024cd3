using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Shipper.Foundation.Hosting;

/// <summary>What the packages cannot do: a service-specific exit code, and an entry in the event log without a registered source.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsServiceCalls
{
    private const uint OwnProcess = 0x10; // SERVICE_WIN32_OWN_PROCESS
    private const uint Stopped = 1; // SERVICE_STOPPED
    private const uint SpecificError = 1066; // ERROR_SERVICE_SPECIFIC_ERROR
    private const ushort EventIsError = 1; // EVENTLOG_ERROR_TYPE

    /// <summary>Reports that the service has stopped.</summary>
    /// <param name="service">The service's status handle.</param>
    /// <param name="exitCode">The exit code of the process; any but 0 becomes the service-specific exit code.</param>
    public static void ReportStopped(nint service, int exitCode) => SetServiceStatus(service, new Status
    {
        Type = OwnProcess,
        State = Stopped,
        ExitCode = exitCode == 0 ? 0 : SpecificError,
        SpecificExitCode = (uint)exitCode,
    });

    /// <summary>Writes an error to the Application event log, for a service that cannot even open its log file. Never throws.</summary>
    public static unsafe void LogError(string source, string text)
    {
        var log = RegisterSource(null, source);
        if (log == 0)
        {
            return;
        }

        fixed (char* line = text)
        {
            var lines = line;
            _ = ReportEvent(log, EventIsError, 0, 1, 0, 1, 0, (nint)(&lines), 0);
        }

        _ = DeregisterSource(log);
    }

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetServiceStatus(nint service, in Status status);

    [LibraryImport("advapi32", EntryPoint = "RegisterEventSourceW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint RegisterSource(string? server, string source);

    [LibraryImport("advapi32", EntryPoint = "ReportEventW")]
    private static partial int ReportEvent(
        nint log, ushort type, ushort category, uint id, nint user, ushort count, uint bytes, nint lines, nint data);

    [LibraryImport("advapi32", EntryPoint = "DeregisterEventSource")]
    private static partial int DeregisterSource(nint log);

    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public uint Type;
        public uint State;
        public uint ControlsAccepted;
        public uint ExitCode;
        public uint SpecificExitCode;
        public uint Checkpoint;
        public uint WaitHint;
    }
}
