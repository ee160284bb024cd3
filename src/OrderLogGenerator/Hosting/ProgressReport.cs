using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

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

/// <summary>
/// The counts as a small JSON file for another program to read while this one runs. It is replaced by a rename, so a
/// reader sees a whole one. Failing to write it is logged once and otherwise ignored.
/// </summary>
internal sealed class StatusFile(string path, ILogger logger)
{
    private readonly string _path = Path.GetFullPath(path);
    private bool _failed;

    /// <summary>Replaces the file; <paramref name="done"/> means that no more lines will come.</summary>
    public void Write(GenerationCounts counts, bool done)
    {
        try
        {
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(_path)!);
            var next = _path + ".next";
            using (var stream = new FileStream(next, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                json.WriteNumber("lines", counts.Lines);
                json.WriteNumber("bytes", counts.Bytes);
                json.WriteNumber("files", counts.Files);
                json.WriteNumber("malformed", counts.Malformed);
                json.WriteNumber("seconds", Math.Round(counts.Elapsed.TotalSeconds, 3));
                json.WriteBoolean("done", done);
                json.WriteEndObject();
            }

            File.Move(next, _path, overwrite: true);
            _failed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                GeneratorLog.StatusFailed(logger, _path, exception.Message);
                _failed = true;
            }
        }
    }
}
