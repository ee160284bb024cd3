using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>Waits for something to become true, up to a limit, instead of sleeping and hoping.</summary>
internal static class Eventually
{
    /// <summary>Ends a test that hangs. It says nothing about speed: a machine with far too much to do needs less.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Returns when <paramref name="holds"/> does; fails with <paramref name="what"/> and <paramref name="evidence"/> at the limit.
    /// </summary>
    public static Task TrueAsync(string what, Func<bool> holds, Func<string> evidence, TimeSpan? pause = null) =>
        TrueAsync(what, () => Task.FromResult(holds()), evidence, pause);

    /// <inheritdoc cref="TrueAsync(string, Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task TrueAsync(string what, Func<Task<bool>> holds, Func<string> evidence, TimeSpan? pause = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new Xunit.Sdk.XunitException($"not within {Limit.TotalMinutes:0.#} min: {what}\n{evidence()}");
            }

            await Task.Delay(pause ?? Pause);
        }
    }
}
