using System.Buffers;

namespace Shipper.RecordProcessing.Json;

/// <summary>How the text of a field becomes JSON.</summary>
internal enum FieldType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A number where it is one, null where it is empty, else a string.</summary>
    Number,

    /// <summary>true or false where it is one, null where it is empty, else a string.</summary>
    Boolean,

    /// <summary>Whatever it looks like; null where it is empty.</summary>
    Infer,
}

/// <summary>The names and types of the fields of a format, and the texts that mean null.</summary>
internal sealed class FieldTypes
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    private readonly byte[][] _nulls;

    /// <summary>Makes them.</summary>
    /// <param name="options">The step's settings.</param>
    /// <param name="names">The names of the fields in their order.</param>
    /// <param name="nulls">Texts that mean null in this format, besides those that are configured.</param>
    public FieldTypes(ProcessingOptions options, IReadOnlyList<string> names, params ReadOnlySpan<string> nulls)
    {
        var other = options.Values == ValueTyping.Infer ? FieldType.Infer : FieldType.Text;
        _nulls = [.. options.NullValues.Concat(nulls.ToArray()).Select(text => System.Text.Encoding.UTF8.GetBytes(text))];
        Names = [.. names.Select(JsonText.Name)];
        Types =
        [
            .. names.Select(name => options.Numbers.Contains(name) ? FieldType.Number
                : options.Booleans.Contains(name) ? FieldType.Boolean
                : other),
        ];
        NameBytes = Names.Sum(name => name.Length + 1);
    }

    /// <summary>The names as JSON, with the colon.</summary>
    public byte[][] Names { get; }

    /// <summary>The type of each.</summary>
    public FieldType[] Types { get; }

    /// <summary>True when a value can be copied between quotes without looking at it.</summary>
    public bool IsText => _nulls.Length == 0 && Array.TrueForAll(Types, type => type == FieldType.Text);

    /// <summary>Bytes of all names with their commas.</summary>
    public int NameBytes { get; }

    /// <summary>Adds a value.</summary>
    /// <param name="field">Index of its field.</param>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="output">Where to.</param>
    public void Write(int field, ReadOnlySpan<byte> text, RecordBuffer output)
    {
        foreach (var candidate in _nulls)
        {
            if (text.SequenceEqual(candidate))
            {
                output.Write("null"u8);
                return;
            }
        }

        var type = Types[field];
        if (type == FieldType.Text || !TryWrite(type, text, output))
        {
            JsonText.WriteString(output, text);
        }
    }

    private static bool TryWrite(FieldType type, ReadOnlySpan<byte> text, RecordBuffer output)
    {
        if (text.IsEmpty)
        {
            output.Write("null"u8);
            return true;
        }

        if (type == FieldType.Infer)
        {
            var isNumber = IsNumber(text) && IsExact(text);
            if (isNumber || text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8))
            {
                output.Write(text);
                return true;
            }

            return false;
        }

        var trimmed = text.Trim((byte)' ');
        if (type == FieldType.Boolean)
        {
            var value = BooleanOf(trimmed);
            output.Write(value is null ? ""u8 : value.Value ? "true"u8 : "false"u8);
            return value is not null;
        }

        var isNegative = trimmed.StartsWith("-"u8);
        var digits = isNegative || trimmed.StartsWith("+"u8) ? trimmed[1..] : trimmed;
        while (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit((char)digits[1]))
        {
            digits = digits[1..];
        }

        if (!IsNumber(digits) || digits[0] == '-')
        {
            return false;
        }

        output.Write(isNegative ? "-"u8 : ""u8);
        output.Write(digits);
        return true;
    }

    private static bool? BooleanOf(ReadOnlySpan<byte> text) =>
        System.Text.Ascii.EqualsIgnoreCase(text, "true"u8) || text.SequenceEqual("1"u8) ? true
        : System.Text.Ascii.EqualsIgnoreCase(text, "false"u8) || text.SequenceEqual("0"u8) ? false
        : null;

    // A number that a double or a 64-bit integer cannot hold is an identifier, or is safer as text.
    private static bool IsExact(ReadOnlySpan<byte> text) => text.Length <= 16 && !text.ContainsAny((byte)'e', (byte)'E');

    // RFC 8259, section 6.
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("-"u8) ? text[1..] : text;
        var whole = DigitsOf(rest);
        if (whole == 0 || (whole > 1 && rest[0] == '0'))
        {
            return false;
        }

        rest = rest[whole..];
        if (rest.StartsWith("."u8))
        {
            var fraction = DigitsOf(rest[1..]);
            if (fraction == 0)
            {
                return false;
            }

            rest = rest[(fraction + 1)..];
        }

        if (rest.IsEmpty || (rest[0] | 0x20) != 'e')
        {
            return rest.IsEmpty;
        }

        rest = rest[1..];
        rest = rest.StartsWith("-"u8) || rest.StartsWith("+"u8) ? rest[1..] : rest;
        return !rest.IsEmpty && DigitsOf(rest) == rest.Length;
    }

    private static int DigitsOf(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(Digits);
        return end < 0 ? text.Length : end;
    }
}
