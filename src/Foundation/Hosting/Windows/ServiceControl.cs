using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Shipper.Foundation.Hosting.Windows;

/// <summary>The functions of advapi32 for services and the event log.</summary>
[SupportedOSPlatform("windows")]
internal static partial class ServiceControl
{
    /// <summary>SERVICE_WIN32_OWN_PROCESS.</summary>
    public const uint OwnProcess = 0x10;

    /// <summary>ERROR_FAILED_SERVICE_CONTROLLER_CONNECT: the process was started by a person.</summary>
    public const int NoManager = 1063;

    private const ushort EventIsError = 1;

    /// <summary>ServiceMain.</summary>
    public delegate void MainFunction(uint count, nint arguments);

    /// <summary>HandlerEx.</summary>
    public delegate uint Handler(uint control, uint eventType, nint eventData, nint context);

    /// <summary>Gives the thread to the service control manager until the services of the table have stopped; false with a Win32 error.</summary>
    [LibraryImport("advapi32", EntryPoint = "StartServiceCtrlDispatcherW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static unsafe partial bool Dispatch(TableEntry* table);

    /// <summary>Registers the function that takes controls; 0 with a Win32 error.</summary>
    [LibraryImport("advapi32", EntryPoint = "RegisterServiceCtrlHandlerExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint Register(string service, nint handler, nint context);

    /// <summary>Tells the manager.</summary>
    [LibraryImport("advapi32", EntryPoint = "SetServiceStatus", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetStatus(nint service, in Status status);

    /// <summary>Writes an error to the application's event log, where a service that cannot even open its log file is heard. Never throws.</summary>
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

    [LibraryImport("advapi32", EntryPoint = "RegisterEventSourceW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint RegisterSource(string? server, string source);

    [LibraryImport("advapi32", EntryPoint = "ReportEventW")]
    private static partial int ReportEvent(nint log, ushort type, ushort category, uint id, nint user, ushort count, uint bytes, nint lines, nint data);

    [LibraryImport("advapi32", EntryPoint = "DeregisterEventSource")]
    private static partial int DeregisterSource(nint log);

    /// <summary>SERVICE_TABLE_ENTRYW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TableEntry
    {
        /// <summary>The service's name, UTF-16.</summary>
        public nint Name;

        /// <summary>Its <see cref="MainFunction"/>.</summary>
        public nint Main;
    }

    /// <summary>SERVICE_STATUS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Status
    {
        /// <summary>dwServiceType.</summary>
        public uint Type;

        /// <summary>dwCurrentState.</summary>
        public uint State;

        /// <summary>dwControlsAccepted.</summary>
        public uint Accepted;

        /// <summary>dwWin32ExitCode.</summary>
        public uint ExitCode;

        /// <summary>dwServiceSpecificExitCode.</summary>
        public uint SpecificExitCode;

        /// <summary>dwCheckPoint.</summary>
        public uint Checkpoint;

        /// <summary>dwWaitHint.</summary>
        public uint WaitHint;
    }
}
