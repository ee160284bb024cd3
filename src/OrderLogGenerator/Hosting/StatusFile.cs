using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Hosting;

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
