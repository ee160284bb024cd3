using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Tests.Support;

/// <summary>A process that records the signals it gets. SIGTERM ends it with the given exit code, or not at all.</summary>
internal sealed class FakeProcess(string name, List<string> notes, int? exitCode = 0) : IChildProcess
{
    private readonly TaskCompletionSource<int> _ended = new();

    public string Name => name;

    public Task<int> Ended => _ended.Task;

    public ProcessUsage Usage => default;

    public string LogPath { get; init; } = "/nowhere.log";

    public void End(int code) => _ended.TrySetResult(code);

    public void Terminate()
    {
        notes.Add($"terminate {name}");
        if (exitCode is { } code)
        {
            _ended.TrySetResult(code);
        }
    }

    public void Kill()
    {
        notes.Add($"kill {name}");
        _ended.TrySetResult(137);
    }
}
