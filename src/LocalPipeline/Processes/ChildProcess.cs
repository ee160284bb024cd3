using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Shipper.LocalPipeline.Processes;

/// <summary>A service as a child process.</summary>
internal interface IChildProcess
{
    /// <summary>Name of the service, for people.</summary>
    string Name { get; }

    /// <summary>Completes with the exit code when the process ends, for whatever reason.</summary>
    Task<int> Ended { get; }

    /// <summary>CPU time and memory used so far.</summary>
    ProcessUsage Usage { get; }

    /// <summary>The file with the output of the process.</summary>
    string LogPath { get; }

    /// <summary>Asks the process to stop (SIGTERM).</summary>
    void Terminate();

    /// <summary>Ends the process immediately (SIGKILL).</summary>
    void Kill();
}

/// <summary>CPU time and memory of a process.</summary>
/// <param name="Cpu">CPU time, user and system.</param>
/// <param name="PeakBytes">Peak resident memory in bytes.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long PeakBytes);

/// <summary>
/// An executable of the directory of this one, as a process in its own session: Ctrl-C on the terminal then reaches only the
/// pipeline, which stops the processes in order. If the pipeline is killed, the kernel ends the process too.
/// </summary>
internal sealed partial class ChildProcess : IChildProcess, IDisposable
{
    private const int SigTerm = 15;

    // The process id stays the same across every exec. Both tools belong to util-linux. Without them, the process ignores
    // Ctrl-C instead, and keeps running when the pipeline is killed.
    private const string Script = """
        exec </dev/null >>"$1" 2>&1; nice=$2; shift 2
        if setpriv --pdeathsig TERM true 2>/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi
        if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; else trap '' INT; fi
        exec nice -n "$nice" "$@"
        """;

    // Each could lead the SDK to real credentials, or add a token to the local ones.
    private static readonly string[] RemovedVariables =
    [
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "STATE_DIRECTORY", "LOGS_DIRECTORY",
    ];

    private readonly Process _process;
    private ProcessUsage _usage;

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
    public ProcessUsage Usage
    {
        get
        {
            try
            {
                _process.Refresh();
                // The memory of a process that has ended reads as 0 until it is reaped.
                _usage = new ProcessUsage(_process.TotalProcessorTime, Math.Max(_usage.PeakBytes, _process.PeakWorkingSet64));
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or IOException)
            {
                // The process has ended; the last values remain.
            }

            return _usage;
        }
    }

    /// <summary>Starts an executable; all its output is appended to <paramref name="logPath"/>.</summary>
    /// <param name="thread">Starts it.</param>
    /// <param name="name">Name of the service, for people.</param>
    /// <param name="executable">File name of the executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logPath">The file for its output.</param>
    /// <param name="nice">By how much it yields to the others, 0 to 19.</param>
    /// <exception cref="FileNotFoundException">The executable is missing.</exception>
    public static async Task<ChildProcess> StartAsync(
        LauncherThread thread, string name, string executable, IReadOnlyList<string> arguments, string logPath, int nice = 0)
    {
        var path = Path.Combine(AppContext.BaseDirectory, executable);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing; build the whole solution");
        }

        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", Script, "sh", logPath, nice.ToString(CultureInfo.InvariantCulture), path, .. arguments])
        {
            // If any of these is not redirected, the process inherits the terminal.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start.Environment);
        return new ChildProcess(name, logPath, await thread.RunAsync(() => Process.Start(start)!));
    }

    /// <inheritdoc/>
    public void Terminate()
    {
        if (!Ended.IsCompleted)
        {
            _ = SendSignal(_process.Id, SigTerm);
        }
    }

    /// <inheritdoc/>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>Replaces the AWS credentials of the user with those of the local Firehose.</summary>
    private static void SetEnvironment(IDictionary<string, string?> environment)
    {
        foreach (var name in RemovedVariables)
        {
            environment.Remove(name);
        }

        environment["AWS_ACCESS_KEY_ID"] = "local";
        environment["AWS_SECRET_ACCESS_KEY"] = "local-secret";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost";
    }

    // kill(2): .NET offers only SIGKILL.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
