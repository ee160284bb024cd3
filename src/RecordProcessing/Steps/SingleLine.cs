using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>The lines of a record become one, with a separator between them. Lines that are empty, once trimmed, are left out.</summary>
internal sealed class SingleLine(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched) : RecordStep(count, unmatched)
{
    private readonly byte[] _separator = System.Text.Encoding.UTF8.GetBytes(options.Separator);

    public override string Reason => "";

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var rest = record;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = RecordText.Of(end < 0 ? rest : rest[..(end + 1)]);
            rest = end < 0 ? default : rest[(end + 1)..];
            line = options.Trim ? line.Trim(" \t\r\v\f"u8) : line;
            if (!line.IsEmpty)
            {
                output.Write(output.Length > 0 ? _separator : []);
                output.Write(line);
            }
        }

        output.Write((byte)'\n');
        shape = RecordShape.Unknown;
        return StepResult.Changed;
    }
}
