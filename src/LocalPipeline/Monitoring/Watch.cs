using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Looks at the whole pipeline from outside: files, metrics, counters, processes. Not thread-safe.</summary>
internal sealed class Watch(RunDirectory directory, FirehoseCounters counters, IReadOnlyList<IChild> children, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly DateTimeOffset _beganAt = time.GetUtcNow();
    private readonly MetricsTail _metrics = new(directory.Metrics);
    private readonly WrittenLines _written = new(directory.Orders);
    private readonly DeliveredLines _delivered = new(directory.S3);
    private readonly StageRate _writtenRate = new();
    private readonly StageRate _shippedRate = new();
    private readonly StageRate _deliveredRate = new();

    /// <summary>Since the run began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>Takes one look.</summary>
    /// <param name="phase">What the pipeline is doing.</param>
    /// <param name="verified">How far the verification is.</param>
    /// <param name="complete">Whether to count all objects that there are, however many.</param>
    public async Task<Snapshot> LookAsync(string phase, VerificationProgress? verified = null, bool complete = false)
    {
        var shipper = _metrics.Read();
        var firehose = await counters.ReadAsync();
        while (!_delivered.Look() && complete)
        {
            // The rest is counted at the next look.
        }

        // After the metrics: what they call settled is never compared with sizes from before.
        while (!_written.Look() && complete)
        {
            // As above.
        }

        return new Snapshot
        {
            At = time.GetUtcNow(),
            Elapsed = Elapsed,
            Phase = phase,
            Verified = verified,
            Written = _writtenRate.Add(Elapsed, _written.Lines, _written.Bytes),
            Shipped = _shippedRate.Add(shipper.At == default ? TimeSpan.Zero : shipper.At - _beganAt, shipper.LinesAcknowledged, shipper.BytesAcknowledged),
            Delivered = _deliveredRate.Add(Elapsed, _delivered.Lines, _delivered.Bytes),
            Shipper = shipper,
            Firehose = firehose,
            BytesInFiles = _written.BytesInFiles,
            Files = _written.Files,
            Objects = _delivered.Objects,
            Children = [.. children.Select(child => new ChildFigures(child.Name, child.Usage, !child.Ended.IsCompleted))],
        };
    }
}
