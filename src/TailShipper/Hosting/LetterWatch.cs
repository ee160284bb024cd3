using System.Diagnostics;
using Shipper.TailShipper.DeadLetters;

namespace Shipper.TailShipper.Hosting;

/// <summary>Keeps the counts of waiting dead letters up to date: they are written by the flows and resent by a command.</summary>
/// <param name="letters">Counts them.</param>
/// <param name="flows">The flows that run.</param>
/// <param name="time">The clock.</param>
internal sealed class LetterWatch(WaitingLetters letters, FlowSet flows, TimeProvider time)
{
    private const int PausePerRead = 50; // reading a gigabyte of them again and again must not cost more than a fiftieth of a core
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Counts until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            var counts = letters.Count();
            var pause = Stopwatch.GetElapsedTime(began) * PausePerRead;
            foreach (var flow in flows.Running)
            {
                flow.Counters.WaitForResend(counts.GetValueOrDefault(flow.Counters.Flow));
            }

            await Task.Delay(pause > Interval ? pause : Interval, time, cancellation);
        }
    }
}
