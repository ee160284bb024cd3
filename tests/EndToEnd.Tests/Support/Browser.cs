using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>A real browser without a window, where one is installed.</summary>
internal static class Browser
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>Where it is; null where none is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(directory => Names.Select(name => Path.Join(directory, name))).FirstOrDefault(File.Exists);

    /// <summary>Opens an address; the document after its scripts have run, and what the browser complained of.</summary>
    /// <param name="url">The address.</param>
    /// <param name="directory">Takes the browser's profile.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="dark">True for a user who prefers dark pages.</param>
    public static async Task<(string Document, string Complaints)> OpenAsync(
        string url, string directory, int width = 1200, bool dark = false)
    {
        var start = new ProcessStartInfo(Program!,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--enable-logging=stderr", "--v=0", $"--user-data-dir={Path.Join(directory, "browser")}",
            $"--window-size={width},900", $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}",
            "--virtual-time-budget=4000", "--dump-dom", url,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var console = (await error).Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal));
        return (await output, string.Join('\n', console));
    }
}
