using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>Waits for something to become true, up to a deadline, instead of sleeping and hoping.</summary>
internal static class Eventually
{
    /// <summary>Long enough for a loaded machine; a passing test never waits that long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when <paramref name="holds"/> does; fails with <paramref name="what"/> and <paramref name="evidence"/> when it does not in time.</summary>
    public static Task TrueAsync(string what, Func<bool> holds, Func<string> evidence, TimeSpan? limit = null) =>
        TrueAsync(what, () => Task.FromResult(holds()), evidence, limit);

    /// <inheritdoc cref="TrueAsync(string, Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task TrueAsync(string what, Func<Task<bool>> holds, Func<string> evidence, TimeSpan? limit = null, TimeSpan? pause = null)
    {
        var patience = limit ?? Patience;
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new Xunit.Sdk.XunitException($"not within {patience.TotalSeconds:0.#} s: {what}\n{evidence()}");
            }

            await Task.Delay(pause ?? Pause);
        }
    }
}
