using System.Collections.Concurrent;

namespace Shipper.LocalPipeline.Processes;

/// <summary>
/// The thread that starts all processes. The kernel sends the parent-death signal when the thread that started a process ends,
/// not when its process ends (prctl(2), PR_SET_PDEATHSIG). So this thread must live as long as the processes.
/// </summary>
internal sealed class LauncherThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    /// <summary>Starts the thread.</summary>
    public LauncherThread() => new Thread(Run) { IsBackground = true, Name = "process launcher" }.Start();

    /// <summary>Runs <paramref name="start"/> on the thread.</summary>
    public Task<T> RunAsync<T>(Func<T> start)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                result.SetResult(start());
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        });
        return result.Task;
    }

    /// <summary>Ends the thread; the kernel then sends SIGTERM to processes that still run.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
