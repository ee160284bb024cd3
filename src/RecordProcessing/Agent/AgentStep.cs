using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing.Agent;

/// <summary>A step with the results of one of the agent's converters.</summary>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal abstract class AgentStep(ProcessingCount count, UnmatchedRule unmatched) : RecordStep(count, unmatched)
{
    private readonly RecordBuffer _valid = new();

    public override string Reason => "the agent's converter fails or does not match";

    public sealed override StepResult Apply(
        ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var text = JsonText.Valid(record, _valid, out var replaced, asJava: true);
        try
        {
            var result = Convert(text, output);
            if (result == StepResult.Changed)
            {
                shape = RecordShape.Unknown;
                Count.InvalidText += replaced ? 1 : 0;
            }

            return result;
        }
        catch (Exception exception) when (JavaPattern.IsNoAnswer(exception))
        {
            return StepResult.Failed;
        }
    }

    /// <summary>Makes the step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="count">As of <see cref="RecordStep"/>.</param>
    /// <param name="surroundings">As of <see cref="StepCreation.Of"/>.</param>
    public static RecordStep Create(ProcessingOptions options, ProcessingCount count, ChainSurroundings surroundings)
    {
        var rule = options.Unmatched ?? UnmatchedRule.Drop;
        return count.Type switch
        {
            ProcessingType.SingleLine => new AgentSingleLine(options, count, rule),
            ProcessingType.CsvToJson => new AgentCsvToJson(options, count, rule),
            ProcessingType.Metadata => new AgentMetadata(options, surroundings.Time, count, rule),
            ProcessingType.Ec2Metadata => new AgentEc2Metadata(options, surroundings.Instance, count, rule),
            ProcessingType.Brackets => new AgentBrackets(count, rule),
            _ => new AgentLogToJson(options, count, rule),
        };
    }

    /// <summary>Converts one record.</summary>
    /// <param name="record">The record, as valid UTF-8.</param>
    /// <param name="output">Empty; gets the result with <see cref="StepResult.Changed"/>.</param>
    protected abstract StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output);
}

/// <summary>SINGLELINE: the lines are joined, each trimmed of all characters up to the blank.</summary>
internal sealed class AgentSingleLine(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
    : AgentStep(count, unmatched)
{
    private readonly byte[] _separator = AgentText.Encode(options.Separator);

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        var text = record.TrimEnd((byte)'\n'); // empty lines at the end do not count
        for (var isFirst = true; !text.IsEmpty; isFirst = false)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            output.Write(isFirst ? [] : _separator);
            output.Write(options.Trim ? Trim(line) : line);
        }

        output.Write((byte)'\n');
        return StepResult.Changed;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        var (start, end) = (0, line.Length);
        while (start < end && line[start] <= ' ')
        {
            start++;
        }

        while (end > start && line[end - 1] <= ' ')
        {
            end--;
        }

        return line[start..end];
    }
}

/// <summary>ADDBRACKETS: braces around the record and its newline.</summary>
internal sealed class AgentBrackets(ProcessingCount count, UnmatchedRule unmatched) : AgentStep(count, unmatched)
{
    public override bool EmptiesRecord => true;

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        output.Write((byte)'{');
        output.Write(record);
        output.Write((byte)'}');
        return StepResult.Changed;
    }
}

/// <summary>ADDMETADATA: an object with the time, the metadata and the record as a string.</summary>
internal sealed class AgentMetadata(ProcessingOptions options, TimeProvider time, ProcessingCount count, UnmatchedRule unmatched)
    : AgentStep(count, unmatched)
{
    private readonly bool _isPretty = options.Format == JsonLayout.Pretty;
    private readonly byte[] _metadata = MetadataOf(options);

    public override bool IsRepeatable => !options.Timestamp;

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        output.Write((byte)'{');
        if (options.Timestamp)
        {
            WriteName(output, "\"ts\""u8);
            TimeText.WriteUtc(output, time.GetUtcNow());
            output.Write((byte)',');
        }

        output.Write(_metadata);
        WriteName(output, "\"data\""u8);
        JsonText.WriteString(output, AgentText.WithoutNewline(record));
        AgentJson.WriteLine(output, _isPretty, 0);
        output.Write("}\n"u8);
        return StepResult.Changed;
    }

    private void WriteName(RecordBuffer output, ReadOnlySpan<byte> name)
    {
        AgentJson.WriteLine(output, _isPretty, 1);
        output.Write(name);
        output.Write(_isPretty ? " : "u8 : ":"u8);
    }

    private static byte[] MetadataOf(ProcessingOptions options)
    {
        var buffer = new RecordBuffer();
        var isPretty = options.Format == JsonLayout.Pretty;
        AgentJson.WriteLine(buffer, isPretty, 1);
        buffer.Write(isPretty ? "\"metadata\" : "u8 : "\"metadata\":"u8);
        AgentJson.Parse(options.Json.Length > 0 ? AgentText.Encode(options.Json) : "null"u8).Write(buffer, options.Format, 1);
        buffer.Write((byte)',');
        return buffer.Written.ToArray();
    }
}

/// <summary>ADDEC2METADATA: members about the instance in a JSON object.</summary>
internal sealed class AgentEc2Metadata(
    ProcessingOptions options, Func<InstanceIdentity?> instance, ProcessingCount count, UnmatchedRule unmatched)
    : AgentStep(count, unmatched)
{
    public override bool IsRepeatable => false;

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        if (instance() is not { } known)
        {
            return StepResult.Unchanged;
        }

        AgentJson json;
        try
        {
            json = AgentJson.Parse(record);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            return StepResult.Failed;
        }

        if (!json.IsObject)
        {
            return StepResult.Failed;
        }

        foreach (var (name, value) in MembersOf(known))
        {
            json.Set(name, AgentJson.OfText(value));
        }

        var tags = AgentJson.NewObject();
        foreach (var (name, value) in known.Tags)
        {
            tags.Set(name, AgentJson.OfText(value));
        }

        json.Set("tags", tags);
        json.Write(output, options.Format);
        output.Write((byte)'\n');
        return StepResult.Changed;
    }

    private static IEnumerable<(string Name, string Value)> MembersOf(InstanceIdentity instance) =>
    [
        ("privateIp", instance.PrivateIp),
        ("availabilityZone", instance.AvailabilityZone),
        ("instanceId", instance.InstanceId),
        ("instanceType", instance.InstanceType),
        ("accountId", instance.AccountId),
        ("amiId", instance.AmiId),
        ("region", instance.Region),
        ("metadataTimestamp", TimeText.LocalSeconds(instance.At)),
    ];
}
