using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int HangUp = 1;
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

    /// <summary>Opens a log as loggers do, with O_APPEND, which <see cref="FileMode.Append"/> does not set.</summary>
    public static SafeFileHandle OpenToAppend(string path)
    {
        const int writeOnlyCreateAppendCloseOnExec = 0x1 | 0x40 | 0x400 | 0x80000;
        const int mode = 0x1A4; // 0644
        var descriptor = OpenFile(path, writeOnlyCreateAppendCloseOnExec, mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new InvalidOperationException(
            $"open({path}): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Writes in one call.</summary>
    public static void Write(SafeFileHandle file, byte[] bytes)
    {
        if (WriteFile(file, bytes, bytes.Length) != bytes.Length)
        {
            throw new InvalidOperationException($"write: {Marshal.GetLastPInvokeErrorMessage()}");
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

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string existing, string added);
}
