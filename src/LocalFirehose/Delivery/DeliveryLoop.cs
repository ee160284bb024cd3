using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Processing;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>Seals segments that are due and delivers sealed ones. At the stop it delivers everything.</summary>
internal sealed class DeliveryLoop(
    StreamRegistry streams,
    SourceProcessing processing,
    SealedSegments sealedSegments,
    ObjectDelivery delivery,
    Counters counters,
    TimeProvider time,
    ILogger<DeliveryLoop> logger)
    : BackgroundService
{
    // Bounds how late an object appears after its buffering hints, which are in whole seconds.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // Compression must leave cores for the calls.
    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2) };
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;

    /// <summary>Processes what waits for it, seals every open segment and delivers all sealed ones.</summary>
    public async Task<FlushResult> FlushAsync(CancellationToken stopping = default)
    {
        var unprocessed = await processing.FlushAsync(stopping);
        foreach (var stream in streams.All)
        {
            stream.Spool.Seal();
        }

        var delivered = await DeliverSealedAsync();
        return delivered with { Failed = delivered.Failed + unprocessed };
    }

    /// <summary>Seals the segments whose interval has passed and delivers all sealed ones, unless a delivery failed recently.</summary>
    public async Task<FlushResult> DeliverDueAsync()
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            stream.Spool.SealIfDue(now);
        }

        return now < _pausedUntil ? default : await DeliverSealedAsync();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        FlushResult result;
        try
        {
            result = await FlushAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A function does not answer; its records stay on disk for the next start.
            result = await DeliverSealedAsync();
        }

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
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await DeliverDueAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping; StopAsync delivers the rest.
        }
    }

    private async Task<FlushResult> DeliverSealedAsync()
    {
        // A flush waits for a round of the loop in progress: its result must cover the segments that round has taken.
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
        catch (Exception exception) when (exception.IsDiskError())
        {
            FirehoseLog.DeliveryFailed(logger, segment.Header.Key, segment.Header.Bucket, exception.Message, (int)RetryDelay.TotalSeconds);
            _pausedUntil = time.GetUtcNow() + RetryDelay;
            sealedSegments.Add(segment);
            return null;
        }
    }
}

/// <summary>Result of one round of delivery.</summary>
/// <param name="Objects">Objects delivered.</param>
/// <param name="Failed">Segments that could not be delivered and are retried.</param>
internal readonly record struct FlushResult(int Objects, int Failed);
