using Shipper.ObjectStorage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Hosting;

/// <summary>Runs a transform again and again until it is stopped.</summary>
/// <param name="run">One run.</param>
/// <param name="show">Tells of a run that took something, or found something else wrong than the one before.</param>
/// <param name="interval">Between two runs.</param>
/// <param name="time">The clock.</param>
internal sealed class LakeWatch(
    Func<CancellationToken, Task<RunReport>> run, Func<RunReport, Task> show, TimeSpan interval, TimeProvider time)
{
    /// <summary>Runs until stopped; another run on the same lake at the same time is no error.</summary>
    /// <exception cref="ObjectStoreException">The raw objects cannot be listed.</exception>
    /// <exception cref="Storage.LakeException">The lake cannot be used.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        IReadOnlyList<ObjectProblem> before = [];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var report = await run(stopping);
                if (report.Taken > 0 || !report.Problems.SequenceEqual(before))
                {
                    await show(report);
                }

                before = report.Problems;
            }
            catch (Storage.LakeException exception) when (exception.ExitCode == Foundation.Hosting.ExitCodes.AlreadyRunning)
            {
                // The other run takes what is new.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }

            await Task.Delay(interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
