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
    public static TextWriter Open()
    {
        if (!OperatingSystem.IsLinux() || !Console.IsOutputRedirected)
        {
            return Console.Out;
        }

        // In a file the stream would write at places of its own, over what others write to it through the same descriptor.
        var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.Out : new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>True for the error that nobody reads it any more.</summary>
    public static bool IsBroken(IOException exception) => exception.HResult == BrokenPipe;
}
