using System.Diagnostics;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>
/// How many bytes a delivery stream had accepted, read again and again while a shipper lives; and, as a control, how long this machine
/// takes to append a line to a file and to sync it, as a checkpoint is written.
/// </summary>
/// <param name="firehose">Who accepts.</param>
/// <param name="stream">The delivery stream.</param>
/// <param name="before">What it had accepted before that shipper started.</param>
/// <param name="control">A file on the disk of the checkpoints.</param>
internal sealed class AcceptedSamples(TestFirehose firehose, string stream, long before, string control)
{
    // What a commit waits for: the flow's own turn, the wait for company, the append, the sync.
    private const int StepsOfACommit = 4;
    private const int SamplesPerControl = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly List<(long At, long Accepted)> _samples = [];
    private TimeSpan _slowest;

    /// <summary>Takes samples for as long as <paramref name="duration"/>.</summary>
    public async Task TakeAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        await using var file = new FileStream(control, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            // The time is taken before the question: what is accepted by then is what a checkpoint may know.
            var at = Stopwatch.GetTimestamp();
            _samples.Add((at, await firehose.CounterAsync(stream, "BytesAccepted")));
            await Task.Delay(Pause);
            if (_samples.Count % SamplesPerControl == 0)
            {
                file.Write("control\n"u8);
                file.Flush(flushToDisk: true);
            }

            var late = Stopwatch.GetElapsedTime(at) - Pause;
            _slowest = late > _slowest ? late : _slowest;
        }
    }

    /// <summary>
    /// What was accepted within <paramref name="age"/> before now, when the shipper was killed: no checkpoint need know it. To the age
    /// comes the time that the control took at worst.
    /// </summary>
    public async Task<long> WithinAsync(TimeSpan age)
    {
        var killed = Stopwatch.GetTimestamp();
        var after = await firehose.LastAcceptedAsync(stream);
        var known = age + (StepsOfACommit * _slowest);
        return after - _samples.LastOrDefault(sample => Stopwatch.GetElapsedTime(sample.At, killed) >= known, (0, before)).Accepted;
    }
}
