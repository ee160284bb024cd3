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
    /// <param name="putBack">When the rest of a body is reported as to be sent again, instead of being sent.</param>
    /// <returns>False when records were put back: what is behind them in the batch was put back, too, for it must not come first.</returns>
    public static async Task<bool> SendAsync(
        Batch batch, int first, int count, DeliveryReport report, Func<BatchSlice, Task<CallAnswer?>> call,
        PutBack putBack = PutBack.Never)
    {
        if (await call(new BatchSlice(batch, first, count)) is not { } answer)
        {
            return true;
        }

        var isTooMuch = IsTooMuchAtOnce(answer, count);
        if (!isTooMuch && report.Apply(first, count, answer))
        {
            return true;
        }

        var half = count / 2;
        var isWhole = await SendAsync(batch, first, half, report, call, putBack);
        var sent = report.Outcomes.AsSpan(first, half);
        if (!isWhole || (isTooMuch && putBack != PutBack.Never && sent.Contains(RecordOutcome.Settled))
            || (putBack == PutBack.AfterRefusal && sent.Contains(RecordOutcome.Retry)))
        {
            // What was accepted settles now, and not when a quota has taken all of the body; what was refused goes before the rest.
            report.Outcomes.AsSpan(first + half, count - half).Fill(RecordOutcome.PutBack);
            return false;
        }

        return await SendAsync(batch, first + half, count - half, report, call, putBack);
    }

    // Refused whole for being too fast. The caller decides how often; each half is then tried by itself.
    private static bool IsTooMuchAtOnce(CallAnswer answer, int count) =>
        count > 1 && ResponseClassifier.Classify(answer) == CallOutcome.Throttled;
}

/// <summary>When the second half of a body is not sent, but reported as to be sent again behind what is left of the first.</summary>
internal enum PutBack
{
    /// <summary>All parts are sent.</summary>
    Never,

    /// <summary>When the body was too much at once and something of its first half was accepted.</summary>
    AfterThrottle,

    /// <summary>Then, and when records of its first half were refused: those behind them in their file must not arrive first.</summary>
    AfterRefusal,
}
