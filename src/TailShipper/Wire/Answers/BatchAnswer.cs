using System.Text.Json;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>What the body of a 200 says about each record of a batch.</summary>
/// <param name="Refused">The refused records, ascending; all others were accepted. Empty when <paramref name="Problem"/> is set.</param>
/// <param name="Message">What the service said about the first refused record; null without one.</param>
/// <param name="Problem">Why the answer cannot be believed, as a sentence without its full stop; then nothing is known of any record.</param>
internal readonly record struct BatchAnswer(IReadOnlyList<RefusedRecord> Refused, string? Message, string? Problem)
{
    /// <summary>
    /// Reads the whole answer. A record counts as accepted only with a RecordId (SequenceNumber) and as refused only with an
    /// ErrorCode; whatever leaves a record's fate open makes the answer a problem: not JSON, another number of records than
    /// were sent, a count of refused ones that is absent where it must be there, or differs from what the records say.
    /// </summary>
    /// <param name="answer">The body.</param>
    /// <param name="records">Records that were sent.</param>
    /// <param name="shape">The names in it.</param>
    public static BatchAnswer Parse(ReadOnlySpan<byte> answer, int records, AnswerShape shape)
    {
        if (AcceptedAnswer.Proves(answer, records, shape))
        {
            return new BatchAnswer([], null, null);
        }

        return ParseFully(answer, records, shape);
    }

    /// <summary>As <see cref="Parse"/>, never by the short way.</summary>
    public static BatchAnswer ParseFully(ReadOnlySpan<byte> answer, int records, AnswerShape shape)
    {
        var reader = new Utf8JsonReader(answer);
        var reading = new BatchAnswerReading(records, shape);
        try
        {
            return reading.Read(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8.
            return Unreadable("the answer is not valid JSON");
        }
    }

    /// <summary>An answer that says nothing that can be believed.</summary>
    public static BatchAnswer Unreadable(string problem) => new([], null, problem);
}
