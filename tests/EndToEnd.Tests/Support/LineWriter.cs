using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>
/// A program that logs: numbered lines appended to one path at a steady pace, from a thread of its own. Each write is
/// whole lines in one call with O_APPEND, as loggers do, so that a truncation between two writes tears nothing.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _source;
    private readonly int _linesPerSecond;
    private readonly int _linesPerWrite;
    private readonly Thread _thread;
    private SafeFileHandle _file;
    private long _limit;
    private long _paceStart = Stopwatch.GetTimestamp();
    private long _paceLines;
    private bool _held;
    private bool _finished;

    /// <summary>Begins to write at once.</summary>
    /// <param name="path">Where.</param>
    /// <param name="linesPerSecond">How fast; time lost is made up for.</param>
    /// <param name="linesPerWrite">Lines in one call.</param>
    /// <param name="limit">Lines in all; there it waits for <see cref="Allow"/>.</param>
    public LineWriter(string path, int linesPerSecond, int linesPerWrite = 20, long limit = long.MaxValue)
    {
        (Path, _linesPerSecond, _linesPerWrite, _limit) = (path, linesPerSecond, linesPerWrite, limit);
        _source = System.IO.Path.GetFileNameWithoutExtension(path);
        _file = Posix.OpenToAppend(Path);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where it writes.</summary>
    public string Path { get; }

    /// <summary>What was written, and will have been once <see cref="Finish"/> returns.</summary>
    public LineCount Written { get; } = new();

    /// <summary>Lines written so far.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return Written.Total;
            }
        }
    }

    /// <summary>Runs <paramref name="rotate"/> between two writes and opens the path anew, as a logger that is told to.</summary>
    public void Reopen(Action rotate)
    {
        lock (_gate)
        {
            rotate();
            _file.Dispose();
            _file = Posix.OpenToAppend(Path);
        }
    }

    /// <summary>Runs <paramref name="action"/> between two writes, the file staying open.</summary>
    public void Between(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    /// <summary>Writes nothing until <see cref="Resume"/>, the file staying open.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _held = true;
        }
    }

    /// <summary>Lets it write so many lines more than there are, at its own pace, however long that takes.</summary>
    public void Allow(long lines)
    {
        lock (_gate)
        {
            _limit = Written.Total + lines;
            (_paceStart, _paceLines) = (Stopwatch.GetTimestamp(), Written.Total);
        }
    }

    /// <summary>Goes on after <see cref="Hold"/>.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _held = false;
        }
    }

    /// <summary>Waits until so many lines are written in all.</summary>
    public Task ReachAsync(long lines) => Eventually.TrueAsync($"{lines} lines are written", () => Count >= lines, () => $"{Count} are");

    /// <summary>Stops writing and returns everything written.</summary>
    public LineCount Finish()
    {
        lock (_gate)
        {
            _finished = true;
        }

        _thread.Join();
        return Written;
    }

    public void Dispose()
    {
        Finish();
        _file.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_finished)
                {
                    return;
                }

                if (!_held && Written.Total < _limit
                    && Written.Total - _paceLines < Stopwatch.GetElapsedTime(_paceStart).TotalSeconds * _linesPerSecond)
                {
                    Write();
                    continue;
                }
            }

            Thread.Sleep(1);
        }
    }

    private void Write()
    {
        var text = new StringBuilder();
        for (var index = 0; index < _linesPerWrite && Written.Total < _limit; index++)
        {
            var line = $"{{\"seq\":{Written.Total},\"from\":\"{_source}\",\"order\":\"{536365 + (Written.Total / 20)}\"," +
                "\"text\":\"WHITE HANGING HEART T-LIGHT HOLDER\"}";
            text.Append(line).Append('\n');
            Written.Add(line);
        }

        Posix.Write(_file, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
