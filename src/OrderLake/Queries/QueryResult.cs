using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shipper.Foundation.Output;

namespace Shipper.OrderLake.Queries;

/// <summary>The answer of a query.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows; each value is null, a text, a number or a boolean.</param>
internal sealed record QueryResult(IReadOnlyList<QueryColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>As an aligned table for people, with nothing hidden in the values.</summary>
    public string ToTable()
    {
        var cells = Rows.Select(row => row.Select((value, column) => VisibleText.Of(Text(value, column) ?? "")).ToArray()).ToList();
        var widths = Columns.Select((column, index) => cells.Select(row => row[index].Length).Append(column.Name.Length).Max()).ToArray();
        var text = new StringBuilder();
        AppendRow(text, [.. Columns.Select(column => column.Name)], widths);
        AppendRow(text, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in cells)
        {
            AppendRow(text, row, widths);
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Rows.Count} row{(Rows.Count == 1 ? "" : "s")}\n").ToString();
    }

    /// <summary>As CSV with a header (RFC 4180, lines end with a newline); a missing value is an empty field.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(column => Quoted(column.Name))).Append('\n');
        foreach (var row in Rows)
        {
            text.AppendJoin(',', row.Select((value, column) => Text(value, column) is { } field ? Quoted(field) : "")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>As a JSON array with an object for each row. Decimals are numbers with all their places.</summary>
    public string ToJson()
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var row in Rows)
            {
                json.WriteStartObject();
                for (var column = 0; column < row.Count; column++)
                {
                    json.WritePropertyName(Columns[column].Name);
                    WriteValue(json, row[column], column);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return VisibleText.OfJson(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)) + "\n";
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private void WriteValue(Utf8JsonWriter json, object? value, int column)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case double number when !double.IsFinite(number):
                json.WriteStringValue(Text(value, column));
                break;
            case not null when Columns[column].IsNumber:
                json.WriteRawValue(Text(value, column)!);
                break;
            default:
                json.WriteStringValue(Text(value, column));
                break;
        }
    }

    private void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        var line = string.Join("  ", cells.Select((cell, index) =>
            Columns[index].IsNumber ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index])));
        text.Append(line.TrimEnd()).Append('\n');
    }

    private string? Text(object? value, int column) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        decimal number when Columns[column].Scale is { } scale =>
            number.ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

/// <summary>A column of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as the engine calls it.</param>
internal sealed record QueryColumn(string Name, string Type)
{
    private static readonly string[] Numbers =
    [
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT",
        "DOUBLE",
    ];

    /// <summary>The decimal places; null if it is no decimal.</summary>
    public int? Scale => Type.StartsWith("DECIMAL(", StringComparison.Ordinal)
        ? int.Parse(Type.Split(',')[1].TrimEnd(')'), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether its values are numbers.</summary>
    public bool IsNumber => Scale is not null || Numbers.Contains(Type, StringComparer.Ordinal);
}
