namespace Shipper.TailShipper.Commands.Status;

/// <summary>Does something again and again until Ctrl-C.</summary>
internal static class Repeat
{
    /// <summary>Does it now and after every <paramref name="interval"/>; returns when cancelled.</summary>
    public static async Task EveryAsync(TimeSpan interval, Func<Task> work, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        try
        {
            do
            {
                await work();
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Asked to.
        }
    }
}
