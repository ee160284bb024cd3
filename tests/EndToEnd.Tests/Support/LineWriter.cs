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
    private const int LinesPerWrite = 20;
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly int _linesPerSecond;
    private readonly Thread _thread;
    private SafeFileHandle _file;
    private int _limit = int.MaxValue;

    /// <summary>Begins to write at once.</summary>
    public LineWriter(string path, int linesPerSecond)
    {
        (_path, _linesPerSecond) = (path, linesPerSecond);
        _file = Posix.OpenToAppend(_path);
        _thread = new Thread(Run);
        _thread.Start();
    }

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
            _file = Posix.OpenToAppend(_path);
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

    /// <summary>Waits until so many lines are written in all.</summary>
    public Task ReachAsync(long lines) => Eventually.TrueAsync($"{lines} lines are written", () => Count >= lines, () => $"{Count} are");

    /// <summary>Stops writing and returns everything written.</summary>
    public LineCount Finish()
    {
        lock (_gate)
        {
            _limit = 0;
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
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_gate)
            {
                if (Written.Total >= _limit)
                {
                    return;
                }

                if (Written.Total < Stopwatch.GetElapsedTime(started).TotalSeconds * _linesPerSecond)
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
        for (var index = 0; index < LinesPerWrite; index++)
        {
            var line = $"{{\"seq\":{Written.Total},\"order\":\"{536365 + (Written.Total / 20)}\",\"text\":\"WHITE HANGING HEART T-LIGHT HOLDER\"}}";
            text.Append(line).Append('\n');
            Written.Add(line);
        }

        Posix.Write(_file, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
