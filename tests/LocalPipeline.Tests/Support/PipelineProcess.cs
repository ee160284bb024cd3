using System.Diagnostics;

namespace Shipper.LocalPipeline.Tests.Support;

/// <summary>The real executable; its output is read to the end.</summary>
internal sealed class PipelineProcess : IDisposable
{
    // Ends a test that hangs, and says nothing about speed.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly Process _process;

    private PipelineProcess(Process process) => _process = process;

    public static PipelineProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "local-pipeline"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new PipelineProcess(Process.Start(start)!);
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var output = _process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = _process.StandardError.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
