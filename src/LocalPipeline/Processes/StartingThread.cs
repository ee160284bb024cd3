using System.Collections.Concurrent;

namespace Shipper.LocalPipeline.Processes;

/// <summary>
/// The thread that starts all processes. The kernel sends a parent-death signal when the thread that started a process
/// ends, not when its process does (prctl(2), PR_SET_PDEATHSIG), so this thread must live as long as they do.
/// </summary>
internal sealed class StartingThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    /// <summary>Begins to wait for work.</summary>
    public StartingThread() => new Thread(Run) { IsBackground = true, Name = "starts processes" }.Start();

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

    /// <summary>Lets the thread end; processes that are left are told to end by the kernel.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
