using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Shipper.WindowsProbe;

/// <summary>Questions to the service control manager.</summary>
internal static partial class ServiceManager
{
    private const uint Connect = 0x1;
    private const uint QueryStatus = 0x4;
    private const uint PauseContinue = 0x40;

    /// <summary>State and exit codes of a service, in one line.</summary>
    public static string Query(string service) => With(
        service, QueryStatus, handle => QueryServiceStatus(handle, out var status) ? Describe(status) : throw new Win32Exception());

    /// <summary>Sends a control; the state it answers with.</summary>
    public static string Control(string service, uint control) =>
        With(
            service, QueryStatus | PauseContinue,
            handle => ControlService(handle, control, out var status) ? Describe(status) : throw new Win32Exception());

    private static string With(string name, uint access, Func<nint, string> ask)
    {
        var manager = OpenSCManager(null, null, Connect);
        if (manager == 0)
        {
            throw new Win32Exception();
        }

        var service = OpenService(manager, name, access);
        try
        {
            return service == 0 ? throw new Win32Exception() : ask(service);
        }
        finally
        {
            _ = service == 0 || CloseServiceHandle(service);
            CloseServiceHandle(manager);
        }
    }

    private static string Describe(Status status) => string.Create(
        CultureInfo.InvariantCulture,
        $"state={status.State} accepted={status.Accepted} exit={status.ExitCode} specific={status.SpecificExitCode} "
        + $"checkpoint={status.Checkpoint}");

    [LibraryImport("advapi32", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenSCManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenService(nint manager, string name, uint access);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceStatus(nint service, out Status status);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ControlService(nint service, uint control, out Status status);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public uint Type;
        public uint State;
        public uint Accepted;
        public uint ExitCode;
        public uint SpecificExitCode;
        public uint Checkpoint;
        public uint WaitHint;
    }
}
