namespace Shipper.Foundation.Output;

/// <summary>Leaves a terminal's keypad and cursor keys as they were.</summary>
internal static class TerminalKeypad
{
    private const string AsBefore = "\e[?1l\e>"; // rmkx of terminfo(5), of every terminal that has smkx

    /// <summary>
    /// Call at the end of a process: the runtime switches them when it writes to a terminal, or is asked about it, and does not switch
    /// back.
    /// </summary>
    public static void Restore()
    {
        if (!OperatingSystem.IsWindows() && !Console.IsOutputRedirected
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"))
        {
            Console.Out.Write(AsBefore);
        }
    }
}
