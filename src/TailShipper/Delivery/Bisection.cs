using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Sends records of a batch in one call, or in halves where the service refuses the body: for its content, until the bad record is
/// alone, or for being too fast, until the part is small enough for the quota. The caller
/// decides how long a call is retried: the service retries forever, <c>deadletters resend</c> gives up.
/// </summary>
internal static class Bisection
{
    /// <summary>Sends records <c>[first, first + count)</c> and enters the outcome of each into the report.</summary>
    /// <param name="batch">The batch; unchanged until this returns.</param>
    /// <param name="first">Index of the first record.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="report">Gets the outcomes.</param>
    /// <param name="call">Sends a part and returns its final answer; null to stop, then what is left keeps its outcome.</param>
    public static async Task SendAsync(Batch batch, int first, int count, DeliveryReport report, Func<BatchSlice, Task<CallAnswer?>> call)
    {
        if (await call(new BatchSlice(batch, first, count)) is not { } answer
            || (!IsTooMuchAtOnce(answer, count) && report.Apply(first, count, answer)))
        {
            return;
        }

        var half = count / 2;
        await SendAsync(batch, first, half, report, call);
        await SendAsync(batch, first + half, count - half, report, call);
    }

    // Refused whole for being too fast. The caller decides how often; each half is then tried by itself.
    private static bool IsTooMuchAtOnce(CallAnswer answer, int count) =>
        count > 1 && ResponseClassifier.Classify(answer) == CallOutcome.Throttled;
}
