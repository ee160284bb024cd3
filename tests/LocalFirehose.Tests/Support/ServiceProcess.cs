using System.Diagnostics;

namespace Shipper.LocalFirehose.Tests.Support;

/// <summary>The real executable as a process.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static ServiceProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "local-firehose"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ServiceProcess(Process.Start(start)!);
    }

    /// <summary>The first line on standard output, which is the URL.</summary>
    public async Task<string> UrlAsync() =>
        await _process.StandardOutput.ReadLineAsync(Limit()) ?? throw new InvalidOperationException(
            await _process.StandardError.ReadToEndAsync());

    public void Kill() => _process.Kill();

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<(int ExitCode, string Error)> ExitAsync()
    {
        var error = await _process.StandardError.ReadToEndAsync(Limit());
        await _process.WaitForExitAsync(Limit());
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    // Ends a test that hangs, and says nothing about speed.
    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
}
