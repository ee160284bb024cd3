using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// Masks members of a JSON object, at any depth and in arrays, and what an expression finds: its named groups, or all of it where it has
/// none. Where Fields are given and the record is no JSON object, it cannot be masked, and the rule decides.
/// </summary>
internal sealed class Redact : RecordStep
{
    private readonly MemberPath? _fields;
    private readonly byte[] _replacement;
    private readonly byte[] _json;
    private readonly Regex? _pattern;
    private readonly int[] _groups = [];
    private readonly PatternText _text = new();
    private readonly RecordBuffer _masked = new();
    private readonly List<(int Start, int End)> _pieces = [];

    /// <summary>Makes the step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="count">As of <see cref="RecordStep"/>.</param>
    /// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
    public Redact(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
        : base(count, unmatched)
    {
        _fields = options.Fields.Count > 0 ? MemberPath.Of(options.Fields) : null;
        _replacement = Encoding.UTF8.GetBytes(options.Replacement);
        var buffer = new RecordBuffer();
        JsonText.WriteString(buffer, _replacement);
        _json = buffer.Written.ToArray();
        if (options.Pattern.Length > 0)
        {
            _pattern = new Regex(options.Pattern, PatternText.Options);
            _groups = [.. PatternText.NamesOf(_pattern).Select(_pattern.GroupNumberFromName)];
        }
    }

    public override string Reason => "the record is no JSON object, so that its members cannot be masked";

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var bytes = record;
        if (_fields is not null)
        {
            var target = _pattern is null ? output : _masked;
            target.Clear();
            if (!TryMaskMembers(record, target))
            {
                return StepResult.Unmatched;
            }

            bytes = target.Written;
        }

        if (_pattern is null || !TryMaskText(bytes, output))
        {
            if (_pattern is not null)
            {
                output.Write(bytes);
            }

            return bytes.SequenceEqual(record) ? StepResult.Unchanged : StepResult.Changed;
        }

        shape = RecordShape.Unknown;
        return StepResult.Changed;
    }

    private bool TryMaskMembers(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        var text = JsonObjects.Trim(record);
        if (text.IsEmpty || text[0] != '{')
        {
            return false;
        }

        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonObjects.MaxDepth });
        try
        {
            reader.Read();
            var copied = 0;
            Mask(ref reader, _fields!, text, ref copied, output);
            if (reader.Read())
            {
                return false;
            }

            output.Write(text[copied..]);
            output.Write((byte)'\n');
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Mask(ref Utf8JsonReader reader, MemberPath path, ReadOnlySpan<byte> text, ref int copied, RecordBuffer output)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Mask(ref reader, path, text, ref copied, output);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var next = path.Find(ref reader);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (next is { IsMasked: false })
                {
                    Mask(ref reader, next, text, ref copied, output);
                    continue;
                }

                reader.Skip();
                if (next is not null)
                {
                    output.Write(text[copied..start]);
                    output.Write(_json);
                    copied = (int)reader.BytesConsumed;
                }
            }
        }
    }

    private bool TryMaskText(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        var text = _text.Decode(record);
        if (!_pattern!.IsMatch(text))
        {
            return false;
        }

        Count.InvalidText += System.Text.Unicode.Utf8.IsValid(record) ? 0 : 1;
        _pieces.Clear();
        if (_groups.Length == 0)
        {
            foreach (var match in _pattern.EnumerateMatches(text))
            {
                _pieces.Add((match.Index, match.Index + match.Length));
            }
        }
        else
        {
            for (var match = _pattern.Match(text.ToString()); match.Success; match = match.NextMatch())
            {
                foreach (var group in _groups)
                {
                    foreach (Capture capture in match.Groups[group].Captures)
                    {
                        _pieces.Add((capture.Index, capture.Index + capture.Length));
                    }
                }
            }

            _pieces.Sort();
        }

        var copied = 0;
        foreach (var (start, end) in _pieces)
        {
            if (end <= copied || end == start)
            {
                continue; // within one that is masked, or nothing
            }

            Encode(text[copied..Math.Max(start, copied)], output);
            if (start >= copied)
            {
                output.Write(_replacement);
            }

            copied = end;
        }

        Encode(text[copied..], output);
        return true;
    }

    private static void Encode(ReadOnlySpan<char> text, RecordBuffer output) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.Reserve(text.Length * 3)));
}
