using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Tests.Support;

/// <summary>A process that notes when it is told to end, and ends with the code it was given, or not at all.</summary>
internal sealed class FakeChild(string name, List<string> notes, int? exitCode = 0) : IChild
{
    private readonly TaskCompletionSource<int> _ended = new();

    public string Name => name;

    public Task<int> Ended => _ended.Task;

    public ChildUsage Usage => default;

    public string LogPath { get; init; } = "/nowhere.log";

    public void EndsByItself(int code) => _ended.TrySetResult(code);

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
