using System.Globalization;
using System.Text.Json;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Reads and writes ProcessingConfiguration and DynamicPartitioningConfiguration.</summary>
internal static class ProcessingShape
{
    private const string Engine = "JQ-1.6";

    /// <summary>The processors of a destination; <paramref name="current"/> if it says nothing.</summary>
    public static ProcessingSettings? Read(JsonInput destination, ProcessingSettings? current)
    {
        if (destination.Nested("ProcessingConfiguration") is not { } configuration)
        {
            return current;
        }

        if (!configuration.Flag("Enabled"))
        {
            return null;
        }

        var settings = new ProcessingSettings(null, null, AppendsNewline: false);
        foreach (var element in configuration.List("Processors") ?? [])
        {
            var processor = new JsonInput(JsonInput.Object(element));
            var parameters = Parameters(processor);
            settings = processor.Text("Type") switch
            {
                "Lambda" when settings.Function is null => settings with { Function = Function(parameters) },
                "MetadataExtraction" when settings.PartitionQuery is null => settings with { PartitionQuery = Query(parameters) },
                "AppendDelimiterToRecord" => settings with { AppendsNewline = Delimiter(parameters) },
                "Lambda" or "MetadataExtraction" => throw Invalid("A stream can have one processor of each type."),
                var type => throw Invalid(
                    $"The processor {type} is not supported; use Lambda, MetadataExtraction or AppendDelimiterToRecord."),
            };
        }

        return settings == new ProcessingSettings(null, null, AppendsNewline: false) ? null : settings;
    }

    /// <summary>Writes the members of a description.</summary>
    public static void Write(Utf8JsonWriter json, Destination destination)
    {
        json.WriteStartObject("ProcessingConfiguration");
        json.WriteBoolean("Enabled", destination.Processing is not null);
        json.WriteStartArray("Processors");
        if (destination.Processing is { } processing)
        {
            WriteProcessors(json, processing);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        if (destination.IsPartitioned)
        {
            json.WriteStartObject("DynamicPartitioningConfiguration");
            json.WriteBoolean("Enabled", true);
            json.WriteEndObject();
        }
    }

    private static void WriteProcessors(Utf8JsonWriter json, ProcessingSettings processing)
    {
        if (processing.Function is { } function)
        {
            Write(
                json,
                "Lambda",
                ("LambdaArn", function.Arn),
                ("NumberOfRetries", function.Retries.ToString(CultureInfo.InvariantCulture)),
                ("BufferSizeInMBs", function.BufferSizeMiB.ToString(CultureInfo.InvariantCulture)),
                ("BufferIntervalInSeconds", function.BufferSeconds.ToString(CultureInfo.InvariantCulture)));
        }

        if (processing.PartitionQuery is { } query)
        {
            Write(json, "MetadataExtraction", ("MetadataExtractionQuery", query), ("JsonParsingEngine", Engine));
        }

        if (processing.AppendsNewline)
        {
            Write(json, "AppendDelimiterToRecord", ("Delimiter", "\\n"));
        }
    }

    private static void Write(Utf8JsonWriter json, string type, params (string Name, string Value)[] parameters)
    {
        json.WriteStartObject();
        json.WriteString("Type", type);
        json.WriteStartArray("Parameters");
        foreach (var (name, value) in parameters)
        {
            json.WriteStartObject();
            json.WriteString("ParameterName", name);
            json.WriteString("ParameterValue", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Dictionary<string, string> Parameters(JsonInput processor)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in processor.List("Parameters") ?? [])
        {
            var parameter = new JsonInput(JsonInput.Object(element));
            parameters[parameter.Text("ParameterName") ?? ""] = parameter.Text("ParameterValue") ?? "";
        }

        return parameters;
    }

    private static FunctionSettings Function(Dictionary<string, string> parameters)
    {
        // The role is stored by AWS; here nobody assumes one.
        Refuse(parameters, "Lambda", "LambdaArn", "RoleArn", "NumberOfRetries", "BufferSizeInMBs", "BufferIntervalInSeconds");
        return new FunctionSettings(
            parameters.GetValueOrDefault("LambdaArn") ?? throw Invalid("A Lambda processor needs the parameter LambdaArn."),
            Number(parameters, "BufferSizeInMBs", FunctionSettings.DefaultSizeMiB),
            (int)Number(parameters, "BufferIntervalInSeconds", FunctionSettings.DefaultSeconds, wholeOnly: true),
            (int)Number(parameters, "NumberOfRetries", FunctionSettings.DefaultRetries, wholeOnly: true));
    }

    private static string Query(Dictionary<string, string> parameters)
    {
        Refuse(parameters, "MetadataExtraction", "MetadataExtractionQuery", "JsonParsingEngine");
        return parameters.GetValueOrDefault("JsonParsingEngine") is not Engine
            ? throw Invalid($"A MetadataExtraction processor needs the parameter JsonParsingEngine with the value {Engine}.")
            : parameters.GetValueOrDefault("MetadataExtractionQuery")
                ?? throw Invalid("A MetadataExtraction processor needs the parameter MetadataExtractionQuery.");
    }

    private static bool Delimiter(Dictionary<string, string> parameters)
    {
        Refuse(parameters, "AppendDelimiterToRecord", "Delimiter");
        return parameters.GetValueOrDefault("Delimiter", "\\n") is "\\n" or "\n" or "" ? true : throw Invalid(
            "The only delimiter of AppendDelimiterToRecord that is supported is \\n.");
    }

    private static decimal Number(Dictionary<string, string> parameters, string name, decimal otherwise, bool wholeOnly = false) =>
        !parameters.TryGetValue(name, out var text) ? otherwise
        : decimal.TryParse(
            text, wholeOnly ? NumberStyles.None : NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= int.MaxValue ? number
        : throw Invalid($"The parameter {name} is '{text}', which is no {(wholeOnly ? "whole " : "")}number.");

    private static void Refuse(Dictionary<string, string> parameters, string type, params string[] known)
    {
        if (parameters.Keys.Except(known).FirstOrDefault() is { } unknown)
        {
            throw Invalid($"The parameter {unknown} of a {type} processor is not supported.");
        }
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));
}
