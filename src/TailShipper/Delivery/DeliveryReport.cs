using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>The outcome of each record of a batch.</summary>
internal sealed class DeliveryReport(int records)
{
    private Dictionary<int, string>? _reasons;

    /// <summary>One outcome per record of the batch, in its order.</summary>
    public RecordOutcome[] Outcomes { get; } = new RecordOutcome[records];

    /// <summary>True when delivery was canceled: records still <see cref="RecordOutcome.Unknown"/> may or may not have arrived.</summary>
    public bool Canceled { get; set; }

    /// <summary>True as long as no record was in a call that the service accepted.</summary>
    public bool NonePassed => !Outcomes.AsSpan().ContainsAny(RecordOutcome.Settled, RecordOutcome.Retry);

    /// <summary>Records that were refused alone.</summary>
    public int Refusals { get; private set; }

    /// <summary>The first answer that refused a body for its content; null without any.</summary>
    public CallAnswer? FirstRefusal { get; private set; }

    /// <summary>True when a refusal named records, their data, or a size: no setting of the stream can be the cause.</summary>
    public bool DataIsNamed { get; private set; }

    /// <summary>Enters what an answer means for <paramref name="count"/> records from <paramref name="first"/>.</summary>
    /// <returns>False when the body must be halved to find out.</returns>
    public bool Apply(int first, int count, CallAnswer answer)
    {
        var outcome = ResponseClassifier.ClassifyRecords(answer, Outcomes.AsSpan(first, count));
        if (outcome is CallOutcome.Invalid or CallOutcome.TooLarge)
        {
            Refusals += count == 1 ? 1 : 0;
            FirstRefusal ??= answer;
            DataIsNamed |= outcome == CallOutcome.TooLarge || ResponseClassifier.NamesData(answer.Message);
        }

        if (Outcomes[first] == RecordOutcome.Poison)
        {
            Poisoned(first, $"{answer.ErrorCode}: {answer.Message}");
        }

        return Outcomes[first] != RecordOutcome.Unknown;
    }

    /// <summary>Marks one record as undeliverable.</summary>
    public void Poisoned(int index, string reason)
    {
        Outcomes[index] = RecordOutcome.Poison;
        (_reasons ??= [])[index] = reason;
    }

    /// <summary>The report on the records that <paramref name="keep"/> selects.</summary>
    /// <param name="keep">One flag per record.</param>
    public DeliveryReport Keep(ReadOnlySpan<bool> keep)
    {
        var report = new DeliveryReport(keep.Count(true)) { Canceled = Canceled };
        var kept = 0;
        for (var index = 0; index < keep.Length; index++)
        {
            if (keep[index])
            {
                report.Outcomes[kept] = Outcomes[index];
                if (Outcomes[index] == RecordOutcome.Poison)
                {
                    report.Poisoned(kept, ReasonOf(index));
                }

                kept++;
            }
        }

        return report;
    }

    /// <summary>Why record <paramref name="index"/> is poison.</summary>
    public string ReasonOf(int index) => _reasons is not null && _reasons.TryGetValue(index, out var reason) ? reason : "";
}

/// <summary>The outcome of one record of a batch.</summary>
internal enum RecordOutcome : byte
{
    /// <summary>No answer yet.</summary>
    Unknown,

    /// <summary>Accepted: its span settles.</summary>
    Settled,

    /// <summary>Refused for now: sent again in the next body.</summary>
    Retry,

    /// <summary>Will never be accepted: becomes a dead letter, with the reason.</summary>
    Poison,

    /// <summary>Not sent, because the body was too much at once: leads the next one.</summary>
    PutBack,
}
