using Shipper.TailShipper.Wire.Answers;


namespace Shipper.TailShipper.Delivery;

/// <summary>The fate of a whole batch, record by record.</summary>
internal sealed class DeliveryReport(int records)
{
    private Dictionary<int, string>? _reasons;

    /// <summary>One fate per record of the batch, in its order.</summary>
    public RecordFate[] Fates { get; } = new RecordFate[records];

    /// <summary>True when delivery was called off: records still <see cref="RecordFate.Unknown"/> may or may not have arrived.</summary>
    public bool CalledOff { get; set; }

    /// <summary>True as long as no record was in a call that the service took.</summary>
    public bool NonePassed => !Fates.AsSpan().ContainsAny(RecordFate.Settled, RecordFate.Again);

    /// <summary>Records that were refused alone.</summary>
    public int Refusals { get; private set; }

    /// <summary>The first answer that refused a body for what is in it; null without any.</summary>
    public CallAnswer? FirstRefusal { get; private set; }

    /// <summary>True when a refusal spoke of records or their data, or of a size: no setting of the stream can be at fault.</summary>
    public bool DataIsNamed { get; private set; }

    /// <summary>Takes over what an answer means for <paramref name="count"/> records from <paramref name="first"/>.</summary>
    /// <returns>False when the body must be halved to know.</returns>
    public bool Carry(int first, int count, CallAnswer answer)
    {
        var fate = BatchMeaning.Of(answer, Fates.AsSpan(first, count));
        if (fate is CallFate.Invalid or CallFate.TooLarge)
        {
            Refusals += count == 1 ? 1 : 0;
            FirstRefusal ??= answer;
            DataIsNamed |= fate == CallFate.TooLarge || CallMeaning.NamesData(answer.Message);
        }

        if (Fates[first] == RecordFate.Poison)
        {
            Poisoned(first, $"{answer.ErrorCode}: {answer.Message}");
        }

        return Fates[first] != RecordFate.Unknown;
    }

    /// <summary>Marks one record as impossible to deliver.</summary>
    public void Poisoned(int index, string reason)
    {
        Fates[index] = RecordFate.Poison;
        (_reasons ??= [])[index] = reason;
    }

    /// <summary>The report on those records alone that <paramref name="keep"/> names.</summary>
    /// <param name="keep">One flag per record.</param>
    public DeliveryReport Keep(ReadOnlySpan<bool> keep)
    {
        var report = new DeliveryReport(keep.Count(true)) { CalledOff = CalledOff };
        var kept = 0;
        for (var index = 0; index < keep.Length; index++)
        {
            if (keep[index])
            {
                report.Fates[kept] = Fates[index];
                if (Fates[index] == RecordFate.Poison)
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
