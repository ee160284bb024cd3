using System.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Adds members to the end of a record that is a JSON object. A member of the record with the same name is left out.</summary>
/// <param name="values">The members.</param>
/// <param name="before">The members that the steps before may have added.</param>
/// <param name="wrap">The member that gets a record that is no JSON object; empty for none.</param>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal sealed class AddMembers(
    MemberValues values, IReadOnlySet<string> before, string wrap, ProcessingCount count, UnmatchedRule unmatched)
    : RecordStep(count, unmatched)
{
    private readonly byte[][] _names = [.. values.Names.Select(Encoding.UTF8.GetBytes)];
    private readonly bool _areNew = !before.Overlaps(values.Names);
    private readonly byte[] _wrap = wrap.Length > 0 ? [(byte)'{', .. JsonText.Name(wrap)] : [];
    private readonly RecordBuffer _valid = new();

    public override string Reason => "the record is no JSON object";

    public override bool IsRepeatable => values.IsRepeatable;

    public override IReadOnlyList<string> MemberNames => wrap.Length > 0 ? [wrap, .. values.Names] : values.Names;

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var isKnown = shape == RecordShape.KnownObject;
        if (!JsonObjects.TryOpen(record, isKnown && _areNew, _names, output))
        {
            if (_wrap.Length == 0)
            {
                return StepResult.Unmatched;
            }

            var text = JsonText.Valid(RecordText.Of(record), _valid, out var replaced);
            Count.InvalidText += replaced ? 1 : 0;
            output.Write(_wrap);
            JsonText.WriteString(output, text);
            output.Write((byte)',');
            isKnown = true;
        }

        if (!values.Write(origin, output))
        {
            return StepResult.Unchanged;
        }

        output.Write("}\n"u8);
        shape = isKnown ? RecordShape.KnownObject : RecordShape.Unknown;
        return StepResult.Changed;
    }
}
