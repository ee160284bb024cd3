using System.Text.Json;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.Verify;

/// <summary>What <c>tailshipper-tools compare</c> is asked, without secrets. The form is that program's <c>ComparePlan</c>.</summary>
internal sealed record VerifyPlan
{
    // Of a record, its newline included: PutRecordBatch and PutRecords, API reference.
    private const int MostFirehoseBytes = 1_024_000;
    private const int MostKinesisBytes = 1_048_320;
    private const int KibiByte = 1024;

    /// <summary>Directory or <c>s3://bucket/prefix</c> of what was delivered.</summary>
    public required string Delivered { get; init; }

    /// <summary>Objects to compare with in place of files.</summary>
    public string? Against { get; init; }

    /// <summary>Which period.</summary>
    public VerifyPeriod Period { get; init; }

    /// <summary>Another S3 than AWS's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region of S3.</summary>
    public string? Region { get; init; }

    /// <summary>Where the comparison may write.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>Whether the answer is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Writes what the answer begins with.</summary>
    public Action<Utf8JsonWriter>? Heading { get; init; }

    /// <summary>The flows and their files.</summary>
    public IReadOnlyList<FlowToVerify> Flows { get; init; } = [];

    /// <summary>What cannot be determined besides.</summary>
    public IReadOnlyList<(string Name, string Text)> Problems { get; init; } = [];

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("delivered", Delivered);
        WriteText(json, "against", Against);
        WriteText(json, "from", Period.From?.ToString("O"));
        WriteText(json, "to", Period.To?.ToString("O"));
        WriteText(json, "endpoint", Endpoint?.AbsoluteUri);
        WriteText(json, "region", Region);
        WriteText(json, "work_directory", WorkDirectory);
        json.WriteBoolean("json", Json);
        if (Heading is { } heading)
        {
            json.WriteStartObject("heading");
            heading(json);
            json.WriteEndObject();
        }

        json.WriteStartArray("flows");
        foreach (var flow in Flows)
        {
            json.WriteStringValue(flow.Flow.Name);
        }

        json.WriteEndArray();
        json.WriteStartArray("sources");
        foreach (var flow in Flows)
        {
            foreach (var file in flow.Files.Where(file => file.Spans.Count > 0))
            {
                WriteFile(json, flow.Flow, file);
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("processing");
        foreach (var flow in Flows.Select(flow => flow.Flow).Where(flow => flow.Processing.Count > 0))
        {
            json.WritePropertyName(flow.Name);
            JsonSerializer.Serialize(json, flow.Processing, ProcessingOptionsJson.Default.ListProcessingOptions);
        }

        json.WriteEndObject();
        json.WriteNumber("streams_without_file", Flows.Sum(flow => flow.Gone));
        json.WriteNumber("bytes_without_file", Flows.Sum(flow => flow.GoneBytes));
        json.WriteNumber("dead_letter_bytes", Flows.Sum(flow => flow.Files.Sum(file => file.DeadLetterBytes)));
        json.WriteStartArray("problems");
        foreach (var (name, text) in Problems.Concat(Flows.SelectMany(flow => flow.Problems)))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, FlowOptions flow, AcknowledgedFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteString("flow", flow.Name);
        json.WriteBoolean("is_gzip", file.IsGzip);
        json.WriteStartArray("spans");
        foreach (var span in file.Spans)
        {
            json.WriteStartObject();
            json.WriteNumber("start", span.Start);
            json.WriteNumber("end", span.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("encoding", flow.Encoding.ToString());
        json.WriteString("line_end", flow.LineEnd.ToString());
        json.WriteNumber("header_lines", flow.SkipHeaderLines);
        json.WriteNumber("longest_line", LongestLine(flow));
        var stream = file.Stream;
        WriteMark(json, "head", 0, stream.Head);
        WriteMark(json, "tail", stream.Committed - stream.Tail.Length, stream.Tail);
        json.WriteEndObject();
    }

    // Of a line that is divided or cut, other lines arrive.
    private static int LongestLine(FlowOptions flow) => flow.Oversize == OversizePolicy.DeadLetter && !flow.KinesisAgent.Framing ? 0
        : flow.KinesisStream.Length == 0 ? MostFirehoseBytes
        : flow.MaxRecordKiB > 0 ? (flow.MaxRecordKiB * KibiByte) - (KibiByte - (MostKinesisBytes % KibiByte))
        : MostKinesisBytes;

    private static void WriteMark(Utf8JsonWriter json, string name, long start, Fingerprint mark)
    {
        if (mark.Length > 0)
        {
            json.WriteStartObject(name);
            json.WriteNumber("start", start);
            json.WriteNumber("length", mark.Length);
            json.WriteNumber("hash", mark.Hash);
            json.WriteEndObject();
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
