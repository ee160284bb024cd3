using System.Globalization;
using Shipper.TailShipper.Commands.Shared.Finding;

namespace Shipper.TailShipper.Commands.Run;

/// <summary>
/// Asks for a reload when the agent's configuration changed: those who keep an agent.json in their configuration management have nothing
/// that sends a signal after it.
/// </summary>
/// <param name="files">The configuration.</param>
/// <param name="changed">Called once for each change, when the files have been the same for one interval.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentFilesWatch(AgentFiles files, Action changed, TimeProvider time)
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var known = State();
        var seen = known;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var now = State();
                if (now == seen && now != known)
                {
                    known = now;
                    changed();
                }

                seen = now; // a file that is being written is not read half
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private string State() => string.Join('\n', files.All.Select(StateOf));

    private static string StateOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return string.Create(CultureInfo.InvariantCulture, $"{path} {(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
