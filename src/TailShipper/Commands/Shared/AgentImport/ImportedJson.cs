using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>Settings as a configuration file.</summary>
internal static class ImportedJson
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file: sections in the order in which their first setting comes, UTF-8, with a newline at its end.</summary>
    public static void Write(IEnumerable<ImportedSetting> settings, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, Form))
        {
            Write([.. settings.Select(setting => (setting.Key.Split(':'), setting.Value))], 0, json);
        }

        output.WriteByte((byte)'\n');
    }

    private static void Write(IReadOnlyList<(string[] Key, object Value)> settings, int depth, Utf8JsonWriter json)
    {
        var isList = int.TryParse(settings[0].Key[depth], CultureInfo.InvariantCulture, out _);
        if (isList)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartObject();
        }

        foreach (var member in settings.GroupBy(setting => setting.Key[depth], StringComparer.Ordinal))
        {
            if (!isList)
            {
                json.WritePropertyName(member.Key);
            }

            if (member.First() is var (key, value) && key.Length == depth + 1)
            {
                Write(value, json);
            }
            else
            {
                Write([.. member], depth + 1, json);
            }
        }

        if (isList)
        {
            json.WriteEndArray();
        }
        else
        {
            json.WriteEndObject();
        }
    }

    private static void Write(object value, Utf8JsonWriter json)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    json.WriteStringValue(item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }
}
