using Microsoft.Extensions.Logging;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Tells of the counts as a run goes on: the status file about once a second, a log line every ten.</summary>
internal sealed class ProgressReport(StatusFile? status, ILogger logger)
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);

    private TimeSpan _nextStatus;
    private TimeSpan _nextLog = LogEvery;
    private GenerationCounts _logged;

    /// <summary>True when something is to be told at <paramref name="elapsed"/>; cheap enough for every batch.</summary>
    public bool IsDue(TimeSpan elapsed) => elapsed >= _nextStatus;

    /// <summary>Tells what is due.</summary>
    public void Tell(GenerationCounts counts)
    {
        status?.Write(counts, done: false);
        _nextStatus = counts.Elapsed + StatusEvery;
        if (counts.Elapsed >= _nextLog)
        {
            var rate = (counts.Lines - _logged.Lines) / (counts.Elapsed - _logged.Elapsed).TotalSeconds;
            GeneratorLog.Progress(logger, counts.Lines, counts.Bytes / 1e6, counts.Files, counts.Malformed, rate);
            _nextLog = counts.Elapsed + LogEvery;
            _logged = counts;
        }
    }

    /// <summary>Tells that the run is over.</summary>
    public void End(GenerationCounts counts) => status?.Write(counts, done: true);
}
