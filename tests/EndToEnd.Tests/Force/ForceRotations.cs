using System.Diagnostics;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>The rotations of one campaign: one at a time, beside whatever becomes of the shipper meanwhile.</summary>
internal sealed class ForceRotations(ForceScenario scenario, Scene scene, LineWriter writer)
{
    private static readonly TimeSpan OwnSecond = TimeSpan.FromSeconds(1.25);

    private readonly Logrotate _logrotate = new(scene.Directory, scene.Log("app.log"), scenario.Directives);
    private Task _running = Task.CompletedTask;
    private long _last;
    private long _stream;

    /// <summary>Rotations finished.</summary>
    public int Count { get; private set; }

    /// <summary>Begins one, unless the one before is still under way.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        if (_running.IsCompleted)
        {
            await _running;
            _running = Task.Run(() => RotateAsync(cancellation), cancellation);
        }
    }

    /// <summary>Waits for the one under way.</summary>
    public Task FinishAsync() => _running;

    private async Task RotateAsync(CancellationToken cancellation)
    {
        if (scenario.Waits == RotationWait.NextSecond && _last != 0 && Stopwatch.GetElapsedTime(_last) is var age && age < OwnSecond)
        {
            await Task.Delay(OwnSecond - age, cancellation);
        }
        else if (scenario.Waits == RotationWait.Tailed)
        {
            _stream = await TailedFiles.NextStreamAsync(scene, scene.Log("app.log"), _stream, cancellation);
        }

        if (scenario.Writer == WriterConduct.Pauses)
        {
            writer.Between(_logrotate.Run);
        }
        else
        {
            await _logrotate.RunAsync(writer);
        }

        _last = Stopwatch.GetTimestamp();
        Count++;
    }
}
