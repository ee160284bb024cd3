using System.Runtime.InteropServices;

namespace Shipper.LocalPipeline.Children;

/// <summary>kill(2), which .NET offers only for SIGKILL.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    /// <summary>Asks a process to end; nothing happens when it is gone already.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, Term);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
