using Microsoft.Win32.SafeHandles;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>
/// Standard output of a command that lasts until nobody reads it any more. The runtime's own console ignores that: with it a command before
/// <c>head</c> would never end.
/// </summary>
internal static class PipedOutput
{
    private const int StandardOutput = 1;
    private const int BrokenPipe = 32; // EPIPE

    /// <summary>A writer on it.</summary>
    public static TextWriter Open() => OperatingSystem.IsLinux() && Console.IsOutputRedirected
        ? new StreamWriter(new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        {
            AutoFlush = true,
        }
        : Console.Out;

    /// <summary>True for the error that nobody reads it any more.</summary>
    public static bool IsBroken(IOException exception) => exception.HResult == BrokenPipe;
}
