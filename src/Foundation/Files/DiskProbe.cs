using System.Runtime.ExceptionServices;

namespace Shipper.Foundation.Files;

/// <summary>Accesses a disk with a time limit: a dead mount blocks a call forever, and no command or start may wait that long.</summary>
internal static class DiskProbe
{
    /// <summary>How long one access may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Runs <paramref name="access"/> on its own thread, which is abandoned when the disk does not answer.</summary>
    /// <param name="access">What to read. What it throws is thrown here.</param>
    /// <param name="result">What it returned.</param>
    /// <param name="limit">How long to wait; <see cref="Limit"/> when null.</param>
    /// <returns>False when it has not returned in time.</returns>
    public static bool TryRun<T>(Func<T> access, out T? result, TimeSpan? limit = null)
    {
        T? found = default;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(Run) { IsBackground = true };
        thread.Start();
        if (!thread.Join(limit ?? Limit))
        {
            result = default;
            return false;
        }

        thrown?.Throw();
        result = found;
        return true;

        void Run()
        {
            try
            {
                found = access();
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }
}
