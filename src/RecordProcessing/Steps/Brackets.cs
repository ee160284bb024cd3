using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Puts the record in braces, the newline after them.</summary>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal sealed class Brackets(ProcessingCount count, UnmatchedRule unmatched) : RecordStep(count, unmatched)
{
    public override string Reason => "";

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        output.Write((byte)'{');
        output.Write(RecordText.Of(record));
        output.Write("}\n"u8);
        shape = RecordShape.Unknown;
        return StepResult.Changed;
    }
}
