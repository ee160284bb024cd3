using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What an answer means for each record that was sent: settled, again, or poison. Pure. Nothing is poison but a record that was
/// refused alone; a body of several that is refused is left <see cref="RecordFate.Unknown"/>: its halves will tell.
/// </summary>
internal static class BatchMeaning
{
    /// <summary>Gives a fate to each record of one call.</summary>
    /// <param name="answer">What came back.</param>
    /// <param name="fates">One for each record that was sent, in the order of the body; all are set.</param>
    /// <returns>What the answer means for the body as a whole.</returns>
    public static CallFate Of(CallAnswer answer, Span<RecordFate> fates)
    {
        var fate = CallMeaning.Of(answer);
        switch (fate)
        {
            case CallFate.Answered:
                fates.Fill(RecordFate.Settled);
                for (var index = 0; index < answer.Refused.Count; index++)
                {
                    fates[answer.Refused[index].Index] = RecordFate.Again;
                }

                break;
            case CallFate.Invalid or CallFate.TooLarge:
                fates.Fill(fates.Length == 1 ? RecordFate.Poison : RecordFate.Unknown);
                break;
            default:
                fates.Fill(RecordFate.Again);
                break;
        }

        return fate;
    }
}
