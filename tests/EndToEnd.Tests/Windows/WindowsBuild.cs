using System.Diagnostics;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Windows;

/// <summary>
/// The shipper as it is published for Windows, and a Wine to run it in, made once for all tests. Where either cannot be had
/// the tests are skipped and say why.
/// </summary>
public sealed class WindowsBuild : IAsyncLifetime
{
    // Where a build lies already, made with the same commands.
    private const string BuildVariable = "SHIPPER_WINDOWS_BUILD";

    private static readonly TimeSpan BuildTime = TimeSpan.FromMinutes(8);
    private readonly TemporaryDirectory _directory = new();
    private Process? _user;

    /// <summary>Why there is none; null when there is.</summary>
    public string? Missing { get; private set; }

    /// <summary>The directory of the executables.</summary>
    public string Executables { get; private set; } = "";

    /// <summary>Variables of every process in Wine; null removes one.</summary>
    internal Dictionary<string, string?> Environment { get; } = new()
    {
        ["WINEDEBUG"] = "-all",
        ["WINEDLLOVERRIDES"] = "winedbg.exe=d",
        ["DISPLAY"] = null,
    };

    public async ValueTask InitializeAsync()
    {
        if (!Find("wine"))
        {
            Missing = "wine is not installed";
            return;
        }

        Executables = System.Environment.GetEnvironmentVariable(BuildVariable) ?? _directory.At("build");
        foreach (var project in Directory.Exists(Executables) ? Array.Empty<string>() : ["src/TailShipper", "tests/WindowsProbe"])
        {
            // Beside the tests' own build: restoring for another runtime rewrites what a build goes by.
            using var publish = Start(
                "dotnet",
                ["publish", Path.Join(RepositoryRoot.Directory, project),
                    "-c", "Release", "-r", "win-x64", "--self-contained", "-p:RunAnalyzers=false", "-v",
                    "q", "--artifacts-path", _directory.At("artifacts"), "-o", Executables]);
            var (code, text) = await EndAsync(publish, BuildTime);
            if (code != 0)
            {
                Missing = text.Contains("NU110", StringComparison.Ordinal) ? $"the runtime for Windows cannot be restored here: {text}"
                    : null;
                Assert.True(Missing is not null, text);
                return;
            }
        }

        Environment["WINEPREFIX"] = _directory.Make("wine");
        await RunAsync("wineboot", "-i");

        // A service has the machine's environment.
        foreach (
            var (name, value) in new[] { ("AWS_ACCESS_KEY_ID", "local"), ("AWS_SECRET_ACCESS_KEY", "local-secret"), (
                "AWS_EC2_METADATA_DISABLED", "true") })
        {
            await RunAsync(
                "reg", "add", @"HKLM\System\CurrentControlSet\Control\Session Manager\Environment", "/v", name, "/d", value, "/f");
        }

        using (var stop = Start("wineserver", ["-k", "-w"]))
        {
            await EndAsync(stop, Eventually.Limit);
        }

        // Wine ends its services a moment after the last program that a person started.
        _user = Start("wine", ["cmd", "/c", "pause"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_user is not null)
        {
            using var stop = Start("wineserver", ["-k", "-w"]);
            await EndAsync(stop, Eventually.Limit);
            _user.Dispose();
        }

        _directory.Dispose();
    }

    /// <summary>A path as Windows programs see it.</summary>
    public static string Seen(string path) => "Z:" + path;

    /// <summary>Starts one of the executables in Wine.</summary>
    internal Process Launch(string program, params IEnumerable<string> arguments) =>
        Start("wine", [Path.Join(Executables, program + ".exe"), .. arguments]);

    /// <summary>Runs a program in Wine to its end; what it printed.</summary>
    internal async Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        var own = Path.Join(Executables, program + ".exe");
        using var process = Start("wine", [File.Exists(own) ? own : program, .. arguments]);
        var (code, text) = await EndAsync(process, Eventually.Limit);
        return new CommandResult(code, text, "");
    }

    /// <summary>Waits for a process; its exit code and everything it printed.</summary>
    internal static async Task<(int Code, string Text)> EndAsync(Process process, TimeSpan limit)
    {
        using var ending = new CancellationTokenSource(limit);
        var output = process.StandardOutput.ReadToEndAsync(ending.Token);
        var error = process.StandardError.ReadToEndAsync(ending.Token);
        await process.WaitForExitAsync(ending.Token);
        return (process.ExitCode, await output + await error);
    }

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = "local";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "local-secret";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach (var (name, value) in Environment)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start)!;
    }

    private static bool Find(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Join(directory, program)));
}
