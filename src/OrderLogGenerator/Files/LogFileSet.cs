using Microsoft.Extensions.Logging;
using Shipper.OrderLogGenerator.Formats;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The log files written at the same time; each batch goes to the next file in turn.</summary>
internal sealed class LogFileSet : IDisposable
{
    private readonly LogWriter[] _writers;
    private int _next;

    /// <summary>Creates no file yet; each is created with its first batch.</summary>
    public LogFileSet(GeneratorOptions options, ILogDirectory directory, TimeProvider time, ILogger logger)
    {
        var root = Path.GetFullPath(options.Directory);
        _writers = new LogWriter[options.Files];
        for (var file = 0; file < _writers.Length; file++)
        {
            var names = new LogFileNames(root, options.FileNamePattern, file, options.Files);
            var rotating = new RotatingFile(names, options.Rotation, directory, time);
            _writers[file] = new LogWriter(rotating, RotationRule.From(options.Rotation), time, logger);
        }
    }

    /// <summary>Number of files written at the same time.</summary>
    public int Count => _writers.Length;

    /// <summary>Whether a write to any of the files fails and is being repeated.</summary>
    public bool IsFailing => Array.Exists(_writers, writer => writer.IsFailing);

    /// <summary>Number of files created so far.</summary>
    public long Created
    {
        get
        {
            long files = 0;
            foreach (var writer in _writers)
            {
                files += writer.Files;
            }

            return files;
        }
    }

    /// <summary>Writes a batch of whole lines to the next file in turn.</summary>
    public ValueTask<WriteResult> WriteAsync(LineBuffer lines, int count, CancellationToken stopping)
    {
        var writer = _writers[_next];
        _next = (_next + 1) % _writers.Length;
        return writer.WriteAsync(lines.Memory, count, stopping);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }
    }
}
