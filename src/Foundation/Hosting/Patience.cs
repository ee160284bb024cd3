using System.Runtime.ExceptionServices;

namespace Shipper.Foundation.Hosting;

/// <summary>Looks at a disk that may never answer: a dead mount keeps a call waiting without end, and a command must not wait with it.</summary>
internal static class Patience
{
    /// <summary>How long one path may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Runs <paramref name="look"/> on a thread of its own; false when it has not come back in time. What it throws is thrown here.</summary>
    /// <param name="look">The look.</param>
    /// <param name="seen">What it gave.</param>
    /// <param name="limit">How long to wait; <see cref="Limit"/> when null.</param>
    public static bool TryLook<T>(Func<T> look, out T? seen, TimeSpan? limit = null)
    {
        T? found = default;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(Run) { IsBackground = true };
        thread.Start();
        if (!thread.Join(limit ?? Limit))
        {
            seen = default;
            return false;
        }

        thrown?.Throw();
        seen = found;
        return true;

        void Run()
        {
            try
            {
                found = look();
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }
}
