using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>Closes segments that are due and delivers closed ones; at stop delivers everything.</summary>
internal sealed class DeliveryLoop(
    StreamRegistry streams, SealedSegments sealedSegments, ObjectDelivery delivery, Counters counters, TimeProvider time, ILogger<DeliveryLoop> logger)
    : BackgroundService
{
    // Bounds how much later than its hints an object appears; hints count whole seconds.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // Compression must leave the cores to the calls.
    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2) };
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;

    /// <summary>Closes every open segment and delivers all that waits.</summary>
    public async Task<FlushResult> FlushAsync()
    {
        foreach (var stream in streams.All)
        {
            stream.Spool.Seal();
        }

        return await DeliverWaitingAsync();
    }

    /// <summary>Closes the segments whose interval has passed and delivers all that waits, unless a delivery failed moments ago.</summary>
    public async Task<FlushResult> DeliverDueAsync()
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            stream.Spool.SealIfDue(now);
        }

        return now < _pausedUntil ? default : await DeliverWaitingAsync();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var result = await FlushAsync();
        FirehoseLog.FlushedAtStop(logger, result.Objects, result.Failed);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _oneAtATime.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await DeliverDueAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; StopAsync delivers what is left.
        }
    }

    private async Task<FlushResult> DeliverWaitingAsync()
    {
        // A flush that finds the loop at work waits for it, so that its answer covers what the loop took.
        await _oneAtATime.WaitAsync();
        try
        {
            var waiting = sealedSegments.TakeAll();
            var (objects, failed) = (0, 0);
            if (waiting.Count > 0)
            {
                await Parallel.ForEachAsync(waiting, Parallelism, (segment, _) =>
                {
                    Count(TryDeliver(segment), ref objects, ref failed);
                    return ValueTask.CompletedTask;
                });
            }

            return new FlushResult(objects, failed);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static void Count(bool? delivered, ref int objects, ref int failed)
    {
        if (delivered is null)
        {
            Interlocked.Increment(ref failed);
        }
        else if (delivered.Value)
        {
            Interlocked.Increment(ref objects);
        }
    }

    private bool? TryDeliver(SpoolSegment segment)
    {
        try
        {
            var delivered = delivery.Deliver(segment);
            if (delivered)
            {
                counters.Delivered(segment.Header.Stream, segment.Length);
            }

            return delivered;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            FirehoseLog.DeliveryFailed(logger, segment.Header.Key, segment.Header.Bucket, exception.Message, (int)RetryAfter.TotalSeconds);
            _pausedUntil = time.GetUtcNow() + RetryAfter;
            sealedSegments.Add(segment);
            return null;
        }
    }
}

/// <summary>What one round of delivery did.</summary>
/// <param name="Objects">Objects that appeared.</param>
/// <param name="Failed">Segments that could not be delivered and are tried again.</param>
internal readonly record struct FlushResult(int Objects, int Failed);
