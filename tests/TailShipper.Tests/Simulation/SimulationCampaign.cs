using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Plays many seeds, each on one thread, and keeps what failed.</summary>
internal sealed class SimulationCampaign(int first, int runs, int workers, TextWriter? progress, bool onlyRotates = false)
{
    private const int MostFailures = 200;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Exception> _failures = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _next = -1;
    private int _done;
    private long _reportedAt;

    /// <summary>What failed, by seed.</summary>
    public IReadOnlyDictionary<int, Exception> Failures => _failures;

    /// <summary>Seeds played.</summary>
    public int Done => _done;

    /// <summary>Plays one seed; gives what went wrong, or null.</summary>
    public static Exception? Attempt(SimulationRun run)
    {
        try
        {
            run.Play();
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception;
        }
    }

    /// <summary>Plays all of them.</summary>
    public void Play()
    {
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private void Work()
    {
        for (var run = Interlocked.Increment(ref _next); run < runs
            && _failures.Count < MostFailures; run = Interlocked.Increment(ref _next))
        {
            if (Attempt(new SimulationRun(first + run, trace: false, onlyRotates: onlyRotates)) is { } failure)
            {
                _failures[first + run] = failure;
                progress?.WriteLine($"seed {first + run}: {failure.Message}");
            }

            Interlocked.Increment(ref _done);
            Report();
        }
    }

    private void Report()
    {
        var (last, now) = (Interlocked.Read(ref _reportedAt), _clock.ElapsedTicks);
        if (progress is not null && now - last > ProgressInterval.TotalSeconds * Stopwatch.Frequency
            && Interlocked.CompareExchange(ref _reportedAt, now, last) == last)
        {
            var rate = _done / _clock.Elapsed.TotalSeconds;
            var left = TimeSpan.FromSeconds((runs - _done) / rate);
            progress.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_done} of {runs} seeds, {_failures.Count} failed, {rate:F0} seeds/s, {left:hh\\:mm\\:ss} left"));
        }
    }
}
