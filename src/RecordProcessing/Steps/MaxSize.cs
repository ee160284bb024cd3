using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Lets no record pass that is larger than a limit.</summary>
/// <param name="maxBytes">The limit, with the newline.</param>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal sealed class MaxSize(int maxBytes, ProcessingCount count, UnmatchedRule unmatched) : RecordStep(count, unmatched)
{
    public override string Reason => "the record is larger than MaxBytes";

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output) =>
        record.Length > maxBytes ? StepResult.Unmatched : StepResult.Unchanged;
}
