using System.ComponentModel;
using System.Diagnostics;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>
/// The second program, <c>tailshipper-tools</c>: what needs SQLite or S3 runs there, so that the service neither contains nor loads them.
/// </summary>
internal static class ToolProgram
{
    private const string Name = "tailshipper-tools";

    /// <summary>Starts it with its standard input redirected; the rest it has in common with this program.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <exception cref="ToolMissingException">It is not installed, or cannot be started.</exception>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(), arguments) { RedirectStandardInput = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new ToolMissingException(
                $"{start.FileName} cannot be started ({exception.Message.TrimEnd('.')}); install the package again", exception);
        }
    }

    /// <summary>Beside this program, where the packages put it; else in the PATH.</summary>
    private static string Find()
    {
        var file = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);
        return directories.Prepend(AppContext.BaseDirectory).Select(directory => Path.Join(directory, file)).FirstOrDefault(File.Exists)
            ?? throw new ToolMissingException(
                $"{Name} is neither in {AppContext.BaseDirectory} nor in the PATH; install the package again, or, from the sources, build "
                + "src/ShipperTools and put its directory into the PATH");
    }
}

/// <summary>The second program cannot be started. The message has the reason and what to do.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="cause">What the system said.</param>
internal sealed class ToolMissingException(string message, Exception? cause = null) : Exception(message, cause);
