using System.Buffers;
using System.Text;
using Shipper.RecordProcessing.Agent;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Framing;

/// <summary>How a flow frames in the place of the Amazon Kinesis Agent.</summary>
/// <param name="BufferBytes">Its read buffer: of a longer line the first so many bytes are taken. 4 MiB, for Kinesis 5 MiB.</param>
/// <param name="AggregatedBytes">Lines share a record up to so many bytes, its <c>aggregatedRecordSizeBytes</c>; 0: none do.</param>
/// <param name="Start">Which lines begin a record; null: every line does.</param>
/// <param name="Footer">Which records end what was read of a file; null: none does.</param>
internal sealed record AgentFramingSettings(int BufferBytes, int AggregatedBytes, AgentLinePattern? Start, AgentLinePattern? Footer)
{
    private const int FirehoseBufferBytes = 4 * 1024 * 1024;
    private const int KinesisBufferBytes = 5 * 1024 * 1024;

    /// <summary>The settings of a flow; null where it frames by itself.</summary>
    /// <exception cref="FormatException">An expression cannot be used; the validator reports it before.</exception>
    public static AgentFramingSettings? Of(FlowOptions flow)
    {
        var agent = flow.KinesisAgent;
        if (!agent.Framing)
        {
            return null;
        }

        var isKinesis = flow.KinesisStream.Length > 0;
        var start = string.IsNullOrEmpty(agent.MultiLineStartPattern) ? null : AgentLinePattern.Start(agent.MultiLineStartPattern);
        var footer = string.IsNullOrEmpty(agent.FileFooterPattern) ? null : AgentLinePattern.Footer(agent.FileFooterPattern);
        return new AgentFramingSettings(
            isKinesis ? KinesisBufferBytes : FirehoseBufferBytes,
            start is null && !isKinesis ? agent.AggregatedRecordSizeBytes : 0, // without effect there
            start, footer);
    }
}

/// <summary>A Java expression for lines. Not thread-safe.</summary>
internal sealed class AgentLinePattern
{
    // The agent has no limit; one that takes longer would stop its flow for good.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly JavaPattern _pattern;
    private readonly bool _isTrimmed;

    private AgentLinePattern(JavaPattern pattern, bool isTrimmed) => (_pattern, _isTrimmed) = (pattern, isTrimmed);

    /// <summary>One that is matched at a line's start, on the line with its newline.</summary>
    /// <exception cref="FormatException">It cannot be used.</exception>
    public static AgentLinePattern Start(string java) => new(JavaPattern.AtStart(java, Timeout), isTrimmed: false);

    /// <summary>One that must match a whole record, without the blanks and control characters around it.</summary>
    /// <exception cref="FormatException">It cannot be used.</exception>
    public static AgentLinePattern Footer(string java) => new(JavaPattern.WholeMatch(java, Timeout), isTrimmed: true);

    /// <summary>True when it matches; false also when that could not be found out in a second.</summary>
    /// <param name="line">The line with its newline, as UTF-8; bytes that are none count as U+FFFD.</param>
    public bool IsMatch(ReadOnlySpan<byte> line)
    {
        var buffer = ArrayPool<char>.Shared.Rent(line.Length);
        try
        {
            ReadOnlySpan<char> text = buffer.AsSpan(0, Encoding.UTF8.GetChars(line, buffer));
            text = _isTrimmed ? Trim(text) : text;
            return _pattern.For(text).IsMatch(text);
        }
        catch (Exception exception) when (JavaPattern.IsNoAnswer(exception))
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>As Java's trim: everything up to U+0020.</summary>
    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var (from, to) = (0, text.Length);
        while (from < to && text[from] <= ' ')
        {
            from++;
        }

        while (to > from && text[to - 1] <= ' ')
        {
            to--;
        }

        return text[from..to];
    }
}
