using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Shipper.LocalPipeline.Processes;

/// <summary>
/// One executable beside this one, as a process in a session of its own, so that Ctrl-C on the terminal reaches the
/// pipeline alone and it decides the order of stopping. When the pipeline is killed, the kernel ends the process too.
/// </summary>
internal sealed class ChildProcess : IChild, IDisposable
{
    // The process id stays the same through every exec. Both tools are part of util-linux; without them Ctrl-C is
    // ignored instead, and a killed pipeline leaves its processes running.
    private const string Script = """
        exec </dev/null >>"$1" 2>&1; shift
        if setpriv --pdeathsig TERM true 2>/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi
        if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; else trap '' INT; fi
        exec "$@"
        """;

    private readonly Process _process;
    private ChildUsage _usage;

    private ChildProcess(string name, string logPath, Process process)
    {
        (Name, LogPath, _process) = (name, logPath, process);
        Ended = WaitAsync();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Task<int> Ended { get; }

    /// <inheritdoc/>
    public string LogPath { get; }

    /// <inheritdoc/>
    public ChildUsage Usage
    {
        get
        {
            try
            {
                _process.Refresh();
                // Once it has ended and until it is waited for, its memory reads as 0.
                _usage = new ChildUsage(_process.TotalProcessorTime, Math.Max(_usage.PeakBytes, _process.PeakWorkingSet64));
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
            {
                // It has ended: what was seen last stands.
            }

            return _usage;
        }
    }

    /// <summary>Starts an executable; everything it says goes to <paramref name="logPath"/>.</summary>
    /// <exception cref="FileNotFoundException">The executable is not there.</exception>
    public static async Task<ChildProcess> StartAsync(StartingThread thread, string name, string executable, IReadOnlyList<string> arguments, string logPath)
    {
        var path = Path.Combine(AppContext.BaseDirectory, executable);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing; build the whole solution");
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", logPath, path, .. arguments])
        {
            // With any of them left alone, .NET would hand the terminal to the process.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ChildEnvironment.Apply(start.Environment);
        return new ChildProcess(name, logPath, await thread.RunAsync(() => Process.Start(start)!));
    }

    /// <inheritdoc/>
    public void Terminate()
    {
        if (!Ended.IsCompleted)
        {
            Signals.Terminate(_process.Id);
        }
    }

    /// <inheritdoc/>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}

/// <summary>One of the three processes.</summary>
internal interface IChild
{
    /// <summary>What it is called on the screen.</summary>
    string Name { get; }

    /// <summary>Completes with its exit code when it ends, for whatever reason.</summary>
    Task<int> Ended { get; }

    /// <summary>What it has used so far.</summary>
    ChildUsage Usage { get; }

    /// <summary>The file with everything it said.</summary>
    string LogPath { get; }

    /// <summary>Asks it to end (SIGTERM).</summary>
    void Terminate();

    /// <summary>Ends it at once (SIGKILL).</summary>
    void Kill();
}

/// <summary>What a process has used, as last seen.</summary>
/// <param name="Cpu">Processor time, user and system.</param>
/// <param name="PeakBytes">Most resident memory at any time.</param>
internal readonly record struct ChildUsage(TimeSpan Cpu, long PeakBytes);

/// <summary>kill(2), which .NET offers only for SIGKILL.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    /// <summary>Asks a process to end; nothing happens when it is gone already.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, Term);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}

/// <summary>The environment of the three processes: the local Firehose's credentials in place of whatever the user has.</summary>
internal static class ChildEnvironment
{
    // Each could lead the SDK to real credentials, or add a token to the local ones.
    private static readonly string[] Unwanted =
    [
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "STATE_DIRECTORY", "LOGS_DIRECTORY",
    ];

    /// <summary>Changes <paramref name="environment"/>, a copy of this process's own.</summary>
    public static void Apply(IDictionary<string, string?> environment)
    {
        foreach (var name in Unwanted)
        {
            environment.Remove(name);
        }

        environment["AWS_ACCESS_KEY_ID"] = "local";
        environment["AWS_SECRET_ACCESS_KEY"] = "local-secret";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost";
    }
}
