using System.Runtime.InteropServices;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>How many log files this process may hold open, from the limit it runs under.</summary>
internal static partial class DescriptorLimit
{
    private const int OpenFiles = 7;

    // The journal and its lock, the logs, and the assemblies that the runtime has yet to load: it keeps each open.
    private const int KeptByService = 64;

    // Dead letters, the watch, and one connection for each call.
    private const int KeptByFlow = 3;

    /// <summary>The limit that holds for this process; null where there is none or it cannot be determined.</summary>
    public static int? Soft => OperatingSystem.IsWindows() || Get(OpenFiles, out var limit) != 0 ? null
        : (int)Math.Min(limit.Soft, int.MaxValue);

    /// <summary>Log files at once: what the limit leaves after what is open already and what the service needs for itself.</summary>
    /// <param name="flows">Flows configured.</param>
    /// <param name="calls">Calls on their way at once, for each flow.</param>
    public static int LogFiles(int flows, int calls) =>
        Soft is { } soft ? Math.Max(HandleBudget.Least, soft - Used() - KeptByService - (flows * (KeptByFlow + calls))) : int.MaxValue;

    private static int Used()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
