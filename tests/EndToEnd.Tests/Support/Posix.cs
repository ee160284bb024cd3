using System.Runtime.InteropServices;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>True when this process may read and write everything.</summary>
    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>Sends a signal; throws when there is no such process.</summary>
    public static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
        {
            throw new InvalidOperationException($"kill({process}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Gives a path, and what is below it, to another user.</summary>
    public static void Give(string path, uint user)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Prepend(path))
        {
            if (ChangeOwner(entry, user, user) != 0)
            {
                throw new InvalidOperationException($"lchown({entry}): {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    /// <summary>Makes a second name for a file.</summary>
    public static void HardLink(string existing, string added)
    {
        if (MakeLink(existing, added) != 0)
        {
            throw new InvalidOperationException($"link({existing}, {added}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string existing, string added);
}
