using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Takes snapshots of the pipeline from files, metrics, counters and processes. Not thread-safe.</summary>
internal sealed class PipelineMonitor(
    RunDirectory directory, FirehoseClient firehose, IReadOnlyList<IChildProcess> children, bool lake, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly DateTimeOffset _startTime = time.GetUtcNow();
    private readonly MetricsReader _metrics = new(directory.Metrics);
    private readonly WrittenLines _written = new(directory.Orders);
    private readonly DeliveredLines _delivered = new(directory.S3);
    private readonly TransformedLines? _transformed = lake ? new(directory.Lake) : null;
    private readonly ThroughputMeter _transformedRate = new();
    private string? _page;
    private readonly ThroughputMeter _writtenRate = new();
    private readonly ThroughputMeter _shippedRate = new();
    private readonly ThroughputMeter _deliveredRate = new();

    /// <summary>Time since the start of the run.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Takes a snapshot.</summary>
    /// <param name="phase">Name of the current phase.</param>
    /// <param name="verified">Progress of the verification.</param>
    /// <param name="complete">Whether to count all lines, however long that takes.</param>
    public async Task<Snapshot> SampleAsync(string phase, ComparisonProgress? verified = null, bool complete = false)
    {
        var shipper = _metrics.Read();
        var counters = await firehose.ReadAsync();
        while (!_delivered.Update() && complete)
        {
            // The next update counts the rest.
        }

        // After the metrics, so that settled bytes are never compared with older file sizes.
        while (!_written.Update() && complete)
        {
            // The next update counts the rest.
        }

        _transformed?.Update();
        var shippedAt = shipper.At == default ? TimeSpan.Zero : shipper.At - _startTime;
        return new Snapshot
        {
            At = time.GetUtcNow(),
            Elapsed = Elapsed,
            Phase = phase,
            Verified = verified,
            Written = _writtenRate.Add(Elapsed, _written.Lines, _written.Bytes),
            Shipped = _shippedRate.Add(shippedAt, shipper.LinesAcknowledged, shipper.BytesAcknowledged),
            Delivered = _deliveredRate.Add(Elapsed, _delivered.Lines, _delivered.Bytes),
            Transformed = _transformed is null ? null : _transformedRate.Add(Elapsed, _transformed.Lines, bytes: 0),
            Page = _page ??= ReadPage(),
            Shipper = shipper,
            Firehose = counters,
            BytesInFiles = _written.BytesInFiles,
            Files = _written.Files,
            Objects = _delivered.Objects,
            Children = [.. children.Select(child => new ProcessStatus(child.Name, child.Usage, !child.Ended.IsCompleted))],
        };
    }

    private string? ReadPage() => lake && File.Exists(directory.PageUrl) ? File.ReadAllText(directory.PageUrl) : null;
}
