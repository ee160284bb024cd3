using System.Globalization;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Formats;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>The loop of a run: determines how many lines are due, gets them from the source and writes them to the files.</summary>
internal sealed class Generation(
    GeneratorOptions options, ILineSource source, LogFileSet files, ProgressReport report, TimeProvider time)
{
    // Longest wait while no line is due: the status file must stay current.
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(500);

    private readonly long _started = time.GetTimestamp();
    private long _lines;
    private long _bytes;
    private long _heartbeat;

    /// <summary>Heartbeat: raised on every pass of the loop.</summary>
    public long Heartbeat => Volatile.Read(ref _heartbeat);

    /// <summary>The counts so far.</summary>
    public GenerationCounts Counts => new(_lines, _bytes, files.Created, source.Malformed, Elapsed);

    private TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Writes whole lines until there are no more or until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var pace = options.Replay.SpeedUp > 0
            ? new LinePace(0)
            : new LinePace(options.LinesPerSecond, options.Burst.Every, options.Burst.Lines);
        var batch = new LineBuffer(ILineSource.BatchBytes + (64 * 1024));
        try
        {
            while (!stopping.IsCancellationRequested && Remaining > 0)
            {
                Volatile.Write(ref _heartbeat, _heartbeat + 1);
                var elapsed = Elapsed;
                if (report.IsDue(elapsed))
                {
                    report.Write(Counts);
                }

                var lines = source.Append(batch, LinesForNextFile(pace.Due(elapsed)), elapsed);
                if (lines > 0)
                {
                    pace.Take(lines);
                    var written = await files.WriteAsync(batch, lines, stopping);
                    _lines += written.Lines;
                    _bytes += written.Bytes;
                    batch.Clear();
                }
                else if (source.Ended)
                {
                    break;
                }
                else
                {
                    await Task.Delay(Pause(pace, elapsed), time, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The normal end of a run without a limit.
        }
        finally
        {
            files.Dispose();
            report.Finish(Counts);
        }
    }

    private long Remaining => options.MaxLines == 0 ? long.MaxValue : options.MaxLines - _lines;

    private int LinesForNextFile(long due)
    {
        // With a rate, the due lines are spread over the files. Without one, each file gets a whole batch.
        var lines = Math.Min(due, Remaining);
        var share = due == long.MaxValue ? lines : (lines + files.Count - 1) / files.Count;
        return (int)Math.Min(share, int.MaxValue);
    }

    private TimeSpan Pause(LinePace pace, TimeSpan elapsed)
    {
        var pause = source.NextLineAt is { } due ? due - elapsed : pace.Wait(elapsed);
        return pause > MaxPause ? MaxPause
            : pause < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1)
            : pause;
    }
}

/// <summary>What a run has written so far.</summary>
/// <param name="Lines">Lines written.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Files">Files created.</param>
/// <param name="Malformed">Replayed rows that were skipped because they are malformed.</param>
/// <param name="Elapsed">Time since the start.</param>
internal readonly record struct GenerationCounts(long Lines, long Bytes, long Files, long Malformed, TimeSpan Elapsed)
{
    /// <summary>One line for people; MB are 1,000,000 bytes.</summary>
    public string Summary
    {
        get
        {
            var seconds = Elapsed.TotalSeconds;
            var rate = seconds > 0 ? Bytes / 1e6 / seconds : 0;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Lines} lines, {Bytes} bytes, {Files} files, {Malformed} malformed rows, {seconds:F3} s, {rate:F1} MB/s");
        }
    }
}
