using System.Globalization;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Formats;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>One run: asks the pace how much is due, the source for lines, and the files to take them.</summary>
internal sealed class Generation(
    GeneratorOptions options, ILineSource source, LogFileSet files, ProgressReport report, TimeProvider time)
{
    // Between two looks at the clock while nothing is due; the status file must not fall behind.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly long _started = time.GetTimestamp();
    private long _lines;
    private long _bytes;
    private long _beats;

    /// <summary>Rises with every turn of the loop.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>What was done until now.</summary>
    public GenerationCounts Counts => new(_lines, _bytes, files.Begun, source.Malformed, Elapsed);

    private TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Writes until the lines run out or <paramref name="stopping"/>, and always whole lines.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var pace = options.Replay.SpeedUp > 0
            ? new LinePace(0)
            : new LinePace(options.LinesPerSecond, options.Burst.Every, options.Burst.Lines);
        var batch = new LineBuffer(ILineSource.BatchBytes + (64 * 1024));
        try
        {
            while (!stopping.IsCancellationRequested && Left > 0)
            {
                Volatile.Write(ref _beats, _beats + 1);
                var elapsed = Elapsed;
                if (report.IsDue(elapsed))
                {
                    report.Tell(Counts);
                }

                var lines = source.Append(batch, Share(pace.Due(elapsed)), elapsed);
                if (lines > 0)
                {
                    pace.Took(lines);
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
            // A stop between two lines is the normal end of a run without one.
        }
        finally
        {
            files.Dispose();
            report.End(Counts);
        }
    }

    private long Left => options.MaxLines == 0 ? long.MaxValue : options.MaxLines - _lines;

    private int Share(long due)
    {
        // With a rate, what is due at once is spread over the files; without one, each takes a whole batch.
        var lines = Math.Min(due, Left);
        var share = due == long.MaxValue ? lines : (lines + files.Count - 1) / files.Count;
        return (int)Math.Min(share, int.MaxValue);
    }

    private TimeSpan Pause(LinePace pace, TimeSpan elapsed)
    {
        var pause = source.NextLineAt is { } due ? due - elapsed : pace.Wait(elapsed);
        return pause > LongestPause ? LongestPause
            : pause < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1)
            : pause;
    }
}

/// <summary>What a run has done so far.</summary>
/// <param name="Lines">Whole lines in files.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Files">Files begun.</param>
/// <param name="Malformed">Replayed rows left out.</param>
/// <param name="Elapsed">Time since the start.</param>
internal readonly record struct GenerationCounts(long Lines, long Bytes, long Files, long Malformed, TimeSpan Elapsed)
{
    /// <summary>One line for people, in decimal megabytes.</summary>
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
