using System.Diagnostics;
using Shipper.LocalPipeline.Configuration;

namespace Shipper.LocalPipeline.Children;

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
