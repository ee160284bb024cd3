using Microsoft.Extensions.Logging;
using Shipper.OrderLogGenerator.Formats;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The log files written at the same time, batch by batch in turn.</summary>
internal sealed class LogFileSet : IDisposable
{
    private readonly LogWriter[] _writers;
    private int _turn;

    /// <summary>Prepares the files; each is created when its first batch comes.</summary>
    public LogFileSet(GeneratorOptions options, ILogDirectory directory, TimeProvider time, ILogger logger)
    {
        var root = Path.GetFullPath(options.Directory);
        _writers = new LogWriter[options.Files];
        for (var file = 0; file < _writers.Length; file++)
        {
            var names = new LogFileNames(root, options.FileNamePattern, file, options.Files);
            _writers[file] = new LogWriter(new LogFileSlot(names, options.Rotation, directory, time), RotationRule.From(options.Rotation), time, logger);
        }
    }

    /// <summary>Files written at the same time.</summary>
    public int Count => _writers.Length;

    /// <summary>True while a disk refuses to be written.</summary>
    public bool IsRefused => Array.Exists(_writers, writer => writer.IsRefused);

    /// <summary>Files begun so far.</summary>
    public long Begun
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

    /// <summary>Writes a batch of whole lines to the file whose turn it is.</summary>
    public ValueTask<WriteResult> WriteAsync(LineBuffer lines, int count, CancellationToken stopping)
    {
        var writer = _writers[_turn];
        _turn = (_turn + 1) % _writers.Length;
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
