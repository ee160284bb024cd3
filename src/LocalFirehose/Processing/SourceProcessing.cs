using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Processing;

/// <summary>
/// Processes the records of sealed segments: the function, newlines, partition keys; then they are in the buffer of their objects. A
/// segment is deleted afterwards: a process that is killed in between processes it again, so its records may be delivered twice.
/// </summary>
internal sealed class SourceProcessing(
    StreamRegistry streams,
    SealedSources sealedSources,
    FunctionClient functions,
    Func<StreamDefinition, StreamSpool> newSpool,
    TimeProvider time,
    ILogger<SourceProcessing> logger) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;

    /// <summary>Seals every open segment and processes all; returns how many failed and are tried again.</summary>
    public Task<int> FlushAsync(CancellationToken stopping)
    {
        foreach (var stream in streams.All)
        {
            stream.Source.Seal();
        }

        return ProcessSealedAsync(stopping);
    }

    /// <summary>Seals the segments whose interval has passed and processes all, unless the disk failed recently.</summary>
    public async Task ProcessDueAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            stream.Source.SealIfDue(now);
        }

        if (now >= _pausedUntil)
        {
            await ProcessSealedAsync(stopping);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private async Task<int> ProcessSealedAsync(CancellationToken stopping)
    {
        await _oneAtATime.WaitAsync(stopping);
        var waiting = new Queue<SpoolSegment>(sealedSources.TakeAll());
        try
        {
            while (waiting.TryPeek(out var segment))
            {
                await ProcessAsync(segment, stopping);
                waiting.Dequeue();
            }
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            var stream = waiting.Peek().Header.Stream;
            FirehoseLog.ProcessingFailed(logger, stream, exception.Message, (int)RetryDelay.TotalSeconds);
            _pausedUntil = time.GetUtcNow() + RetryDelay;
        }
        finally
        {
            foreach (var segment in waiting)
            {
                sealedSources.Add(segment);
            }

            _oneAtATime.Release();
        }

        return waiting.Count;
    }

    private async Task ProcessAsync(SpoolSegment segment, CancellationToken stopping)
    {
        var stream = segment.Header.Definition!;
        var records = SourceRecord.Read(segment);
        var results = new List<RecordResult>(records.Count);
        if (stream.Destination.Processing?.Function is { } function)
        {
            foreach (var batch in Batches(records, function.BufferBytes))
            {
                results.AddRange(await functions.InvokeAsync(stream, function, batch, stopping));
            }
        }
        else
        {
            results.AddRange(records.Select(record => RecordResult.Ok(record.Data)));
        }

        Store(stream, records, results);
        segment.Delete();
    }

    /// <summary>Divides records so that each batch has the bytes of the hint at most, or a single record.</summary>
    private static IEnumerable<List<SourceRecord>> Batches(List<SourceRecord> records, int mostBytes)
    {
        var batch = new List<SourceRecord>();
        var bytes = 0;
        foreach (var record in records)
        {
            if (batch.Count > 0 && bytes + record.Data.Length > mostBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(record);
            bytes += record.Data.Length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void Store(StreamDefinition stream, List<SourceRecord> records, List<RecordResult> results)
    {
        // The stream may have been changed or deleted since its records were accepted: they are delivered as it was.
        var current = streams.TryFind(stream.Name, out var found)
            && found.Definition.CreatedAt == stream.CreatedAt
            && found.Definition.Version == stream.Version ? found.Spool : null;
        var now = time.GetUtcNow();
        var routing = new RecordRouting(stream, (partition, others) => current?.HasRoomFor(partition, others) ?? true, now);
        for (var index = 0; index < records.Count; index++)
        {
            routing.Add(records[index], results[index]);
        }

        StreamSpool? own = null;
        foreach (var output in routing.Outputs)
        {
            if (current?.TryAppend(output.Bytes.WrittenSpan, now, output.Arrival, output.Partition) != true)
            {
                own ??= newSpool(stream);
                own.TryAppend(output.Bytes.WrittenSpan, now, output.Arrival, output.Partition);
            }
        }

        own?.Close();
    }
}
