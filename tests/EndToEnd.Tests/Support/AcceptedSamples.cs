using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>How many bytes a delivery stream had accepted, looked at again and again while a shipper lives.</summary>
/// <param name="firehose">Who accepts.</param>
/// <param name="stream">The delivery stream.</param>
/// <param name="before">What it had accepted before that shipper started.</param>
internal sealed class AcceptedSamples(FirehoseProcess firehose, string stream, long before)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly List<(long At, long Accepted)> _samples = [];

    /// <summary>Looks for as long as <paramref name="duration"/>.</summary>
    public async Task TakeAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            // The time is taken before the question: what is accepted by then is what a checkpoint may know.
            var at = Stopwatch.GetTimestamp();
            _samples.Add((at, await firehose.CounterAsync(stream, "BytesAccepted")));
            await Task.Delay(Pause);
        }
    }

    /// <summary>What was accepted within <paramref name="age"/> before now, that is, before the shipper was killed: no checkpoint need know it.</summary>
    public async Task<long> WithinAsync(TimeSpan age)
    {
        var killed = Stopwatch.GetTimestamp();
        var after = await firehose.CounterAsync(stream, "BytesAccepted");
        return after - _samples.LastOrDefault(sample => Stopwatch.GetElapsedTime(sample.At, killed) >= age, (0, before)).Accepted;
    }
}
