using System.Text;
using System.Text.Json;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Agent;

/// <summary>
/// A JSON value as the agent reads and prints it: of two members with one name the later value stands at the earlier place.
/// </summary>
internal sealed class AgentJson
{
    /// <summary>How deep a value may be.</summary>
    public const int MaxDepth = 1000;

    private readonly List<KeyValuePair<string, AgentJson>>? _members;
    private readonly List<AgentJson>? _items;
    private readonly string _text = "null";
    private readonly bool _isString;

    private AgentJson(List<KeyValuePair<string, AgentJson>> members) => _members = members;

    private AgentJson(List<AgentJson> items) => _items = items;

    private AgentJson(string text, bool isString) => (_text, _isString) = (text, isString);

    /// <summary>An object without members.</summary>
    public static AgentJson NewObject() => new(new List<KeyValuePair<string, AgentJson>>());

    /// <summary>A string.</summary>
    public static AgentJson OfText(string text) => new(text, isString: true);

    /// <summary>True for an object.</summary>
    public bool IsObject => _members is not null;

    /// <summary>Reads one value; what follows it is not looked at.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="InvalidOperationException">A string in it is half a surrogate pair.</exception>
    public static AgentJson Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>Sets a member of an object.</summary>
    public void Set(string name, AgentJson value)
    {
        var known = _members!.FindIndex(member => member.Key == name);
        if (known < 0)
        {
            _members.Add(new(name, value));
        }
        else
        {
            _members[known] = new(name, value);
        }
    }

    /// <summary>Adds it to <paramref name="output"/>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <param name="depth">How many objects are around it.</param>
    public void Write(RecordBuffer output, JsonLayout layout, int depth = 0)
    {
        var isPretty = layout == JsonLayout.Pretty;
        if (_members is not null)
        {
            output.Write((byte)'{');
            for (var index = 0; index < _members.Count; index++)
            {
                output.Write(index > 0 ? ","u8 : ""u8);
                WriteLine(output, isPretty, depth + 1);
                WriteText(output, _members[index].Key);
                output.Write(isPretty ? " : "u8 : ":"u8);
                _members[index].Value.Write(output, layout, depth + 1);
            }

            if (_members.Count > 0)
            {
                WriteLine(output, isPretty, depth);
            }
            else if (isPretty)
            {
                output.Write((byte)' ');
            }

            output.Write((byte)'}');
        }
        else if (_items is not null)
        {
            output.Write((byte)'[');
            for (var index = 0; index < _items.Count; index++)
            {
                output.Write(index > 0 ? ","u8 : ""u8);
                output.Write(isPretty ? " "u8 : ""u8);
                _items[index].Write(output, layout, depth);
            }

            output.Write(isPretty ? " ]"u8 : "]"u8);
        }
        else if (_isString)
        {
            WriteText(output, _text);
        }
        else
        {
            output.Write(Encoding.UTF8.GetBytes(_text));
        }
    }

    /// <summary>Starts a line of indented JSON; nothing in compact one.</summary>
    public static void WriteLine(RecordBuffer output, bool isPretty, int depth)
    {
        if (!isPretty)
        {
            return;
        }

        output.Write((byte)'\n');
        for (var level = 0; level < depth; level++)
        {
            output.Write("  "u8);
        }
    }

    private static void WriteText(RecordBuffer output, string text) => JsonText.WriteString(output, AgentText.Encode(text));

    private static AgentJson Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var made = NewObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    made.Set(name, Read(ref reader));
                }

                return made;
            case JsonTokenType.StartArray:
                var items = new List<AgentJson>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader));
                }

                return new AgentJson(items);
            case JsonTokenType.String:
                return OfText(reader.GetString()!);
            case JsonTokenType.Number:
                return new AgentJson(JavaNumber.Format(Encoding.UTF8.GetString(reader.ValueSpan)), isString: false);
            default:
                return new AgentJson(Encoding.UTF8.GetString(reader.ValueSpan), isString: false);
        }
    }
}
