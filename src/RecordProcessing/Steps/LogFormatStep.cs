using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>A line of a log format becomes a JSON object with a member for each field of the format.</summary>
/// <param name="options">The step's settings.</param>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal abstract class LogFormatStep(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
    : RecordStep(count, unmatched)
{
    private readonly RecordBuffer _valid = new();

    public override string Reason => "the line does not have the format";

    public override IReadOnlyList<string> MemberNames { get; } =
        options.Names.Count > 0 ? options.Names : FormatNames.Of(count.Type, ProcessingCompatibility.None)!;

    /// <summary>Names and types of the fields.</summary>
    protected FieldTypes Fields => field ??= new FieldTypes(options, MemberNames, "-");

    public sealed override StepResult Apply(
        ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var line = JsonText.Valid(RecordText.Of(record), _valid, out var replaced);
        if (!TryConvert(line, output))
        {
            return StepResult.Unmatched;
        }

        Count.InvalidText += replaced ? 1 : 0;
        output.Write("}\n"u8);
        shape = RecordShape.KnownObject;
        return StepResult.Changed;
    }

    /// <summary>Writes the object without its closing brace.</summary>
    /// <param name="line">Valid UTF-8, without the newline.</param>
    /// <param name="output">Where to; what is written counts only if the line has the format.</param>
    protected abstract bool TryConvert(ReadOnlySpan<byte> line, RecordBuffer output);

    /// <summary>Writes a field. Fields come in their order.</summary>
    protected void Write(int field, ReadOnlySpan<byte> value, RecordBuffer output)
    {
        WriteName(field, output);
        Fields.Write(field, value, output);
    }

    /// <summary>Writes a field that the line does not have.</summary>
    protected void WriteNull(int field, RecordBuffer output)
    {
        WriteName(field, output);
        output.Write("null"u8);
    }

    /// <summary>Writes the name of a field.</summary>
    protected void WriteName(int field, RecordBuffer output)
    {
        output.Write(field == 0 ? (byte)'{' : (byte)',');
        output.Write(Fields.Names[field]);
    }

    /// <summary>Takes what stands before <paramref name="end"/>, and <paramref name="end"/> itself, from the line.</summary>
    protected static bool TryTake(scoped ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> end, out ReadOnlySpan<byte> taken)
    {
        var length = line.IndexOf(end);
        taken = length < 0 ? default : line[..length];
        line = length < 0 ? line : line[(length + end.Length)..];
        return length >= 0;
    }

    /// <summary>Takes a text from the start of the line.</summary>
    protected static bool TrySkip(scoped ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> text)
    {
        if (!line.StartsWith(text))
        {
            return false;
        }

        line = line[text.Length..];
        return true;
    }
}
