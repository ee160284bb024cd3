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
    public static Process Start(params string[] arguments) =>
        Start(new ProcessStartInfo(Find(AppContext.BaseDirectory), arguments) { RedirectStandardInput = true });

    /// <summary>Runs it to its end and keeps what it writes.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ToolMissingException">It is not installed, or cannot be started.</exception>
    public static async Task<ToolOutput> CaptureAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Start(new ProcessStartInfo(Find(AppContext.BaseDirectory), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new ToolOutput(process.ExitCode, await output, (await errors).TrimEnd());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>
    /// Beside this program, where the packages put it; else, where this was started from the sources, in the build output of
    /// src/ShipperTools; else in the PATH.
    /// </summary>
    /// <param name="directory">The directory of this program.</param>
    /// <exception cref="ToolMissingException">It is in none of them.</exception>
    internal static string Find(string directory)
    {
        var file = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);
        return BuildOutputs(directory).Prepend(directory).Concat(path).Select(place => Path.Join(place, file)).FirstOrDefault(File.Exists)
            ?? throw new ToolMissingException(
                $"{Name} is neither in {directory} nor in the PATH; install the package again, or, from the sources, build "
                + "src/ShipperTools");
    }

    private static Process Start(ProcessStartInfo start)
    {
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

    // As this was built: bin/Debug/net10.0 or bin/Release/net10.0.
    private static IEnumerable<string> BuildOutputs(string directory)
    {
        var own = new DirectoryInfo(directory);
        if (own.Parent is not { Parent.Name: "bin" } kind)
        {
            yield break;
        }

        for (var above = kind.Parent; above is not null; above = above.Parent)
        {
            var built = Path.Join(above.FullName, "src", "ShipperTools", "bin");
            if (Directory.Exists(built))
            {
                yield return Path.Join(built, kind.Name, own.Name);
            }
        }
    }
}

/// <summary>What the second program wrote.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Text">Its output.</param>
/// <param name="Errors">What it wrote to standard error, without the last newline.</param>
internal sealed record ToolOutput(int ExitCode, string Text, string Errors);

/// <summary>The second program cannot be started. The message has the reason and what to do.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="cause">What the system said.</param>
internal sealed class ToolMissingException(string message, Exception? cause = null) : Exception(message, cause);
