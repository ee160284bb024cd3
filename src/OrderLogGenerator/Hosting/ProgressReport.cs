using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Reports the counts during a run: to the status file once a second, to the log every ten seconds.</summary>
internal sealed class ProgressReport(StatusFile? status, ILogger logger)
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private TimeSpan _nextStatus;
    private TimeSpan _nextLog = LogInterval;
    private GenerationCounts _logged;

    /// <summary>Whether a report is due at <paramref name="elapsed"/>; cheap enough to call for every batch.</summary>
    public bool IsDue(TimeSpan elapsed) => elapsed >= _nextStatus;

    /// <summary>Writes the reports that are due.</summary>
    public void Write(GenerationCounts counts)
    {
        status?.Write(counts, done: false);
        _nextStatus = counts.Elapsed + StatusInterval;
        if (counts.Elapsed >= _nextLog)
        {
            var rate = (counts.Lines - _logged.Lines) / (counts.Elapsed - _logged.Elapsed).TotalSeconds;
            GeneratorLog.Progress(logger, counts.Lines, counts.Bytes / 1e6, counts.Files, counts.Malformed, rate);
            _nextLog = counts.Elapsed + LogInterval;
            _logged = counts;
        }
    }

    /// <summary>Writes the final status.</summary>
    public void Finish(GenerationCounts counts) => status?.Write(counts, done: true);
}

/// <summary>
/// A JSON file with the counts, for other programs to read during a run. It is replaced atomically. A failed write is
/// logged once and does not stop the run.
/// </summary>
internal sealed class StatusFile(string path, ILogger logger)
{
    private readonly string _path = Path.GetFullPath(path);
    private bool _failed;

    /// <summary>Replaces the file; <paramref name="done"/> marks the final counts.</summary>
    public void Write(GenerationCounts counts, bool done)
    {
        try
        {
            PrivateFiles.Replace(_path, file =>
            {
                using var json = new Utf8JsonWriter(file);
                json.WriteStartObject();
                json.WriteNumber("lines", counts.Lines);
                json.WriteNumber("bytes", counts.Bytes);
                json.WriteNumber("files", counts.Files);
                json.WriteNumber("malformed", counts.Malformed);
                json.WriteNumber("seconds", Math.Round(counts.Elapsed.TotalSeconds, 3));
                json.WriteBoolean("done", done);
                json.WriteEndObject();
            });
            _failed = false;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            if (!_failed)
            {
                GeneratorLog.StatusFailed(logger, _path, exception.Message);
                _failed = true;
            }
        }
    }
}
