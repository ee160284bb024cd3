using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>The framings of one flow; a file's first bytes decide which one applies to it.</summary>
internal sealed class Framings
{
    private readonly FramingSettings _settings;
    private readonly IRecordFraming _bytes;
    private readonly IRecordFraming _utf16LE;
    private readonly IRecordFraming _utf16BE;

    /// <summary>The framings that <paramref name="settings"/> ask for, of records that are sent as they are.</summary>
    /// <exception cref="FormatException">The start pattern cannot be used; the validator reports it before.</exception>
    public Framings(FramingSettings settings, ServiceLimits limits, Packing packing)
        : this(settings, limits, packing, null)
    {
    }

    /// <summary>The framings that <paramref name="settings"/> ask for.</summary>
    /// <param name="settings">The flow's settings.</param>
    /// <param name="limits">What a record may hold when it is sent.</param>
    /// <param name="packing">How lines become records.</param>
    /// <param name="processing">What becomes of each record; null: it is sent as it is.</param>
    /// <exception cref="FormatException">The start pattern cannot be used; the validator reports it before.</exception>
    public Framings(FramingSettings settings, ServiceLimits limits, Packing packing, ProcessingStage? processing)
    {
        var stage = processing as IRecordStage ?? UnchangedRecords.Instance;
        var start = settings.MultiLine is { } lines ? StartLine.Parse(lines.StartPattern, settings.Encoding == TextEncoding.Latin1) : null;
        IRecordBoundary boundary = start is null
            ? new LineBoundary(limits.MaxRecordBytes)
            : new MultiLineBoundary(settings.MultiLine!, start, limits.MaxRecordBytes);
        _settings = settings;
        Kind = new ContentKind(settings);
        _bytes = settings.Agent is { } agent && processing is not null ? new AgentFraming(agent, processing)
            : settings.LineEnd != LineEnd.Newline
                ? new TerminatedFraming(settings.LineEnd == LineEnd.Nul ? Newline.Nul : Newline.CarriageReturn, limits, stage)
            : start is null && processing is null ? new LineFraming(limits, packing)
            : new RecordFraming(boundary, null, limits, stage);
        _utf16LE = new RecordFraming(boundary, new Utf16Text(Newline.Utf16LE), limits, stage);
        _utf16BE = new RecordFraming(boundary, new Utf16Text(Newline.Utf16BE), limits, stage);
    }

    /// <summary>Tells text from what is none.</summary>
    public ContentKind Kind { get; }

    /// <summary>Lines at the start of each file that are not shipped.</summary>
    public int HeaderLines => _settings.SkipHeaderLines;

    /// <summary>True when a file's first bytes are needed to frame the rest.</summary>
    public bool DependOnHead => _settings.Encoding == TextEncoding.Auto || HeaderLines > 0;

    /// <summary>The framing of a file that begins with <paramref name="head"/>.</summary>
    /// <param name="head">Its first bytes: 3, or all there are.</param>
    /// <param name="isWhole">True when the file will not grow any more.</param>
    /// <returns>Null while the file is too short to decide.</returns>
    public IRecordFraming? Of(ReadOnlySpan<byte> head, bool isWhole) => _settings.Encoding switch
    {
        TextEncoding.Utf16LE => _utf16LE,
        TextEncoding.Utf16BE => _utf16BE,
        TextEncoding.Latin1 => _bytes,
        TextEncoding.Utf8 => !isWhole && ByteOrderMark.MayBecome(head, ByteOrderMark.Utf8) ? null : _bytes,
        _ => head.StartsWith(ByteOrderMark.Utf16LE) ? _utf16LE
            : head.StartsWith(ByteOrderMark.Utf16BE) ? _utf16BE
            : !isWhole && (ByteOrderMark.MayBecome(head, ByteOrderMark.Utf8) || ByteOrderMark.MayBecome(head, ByteOrderMark.Utf16LE)
                || ByteOrderMark.MayBecome(head, ByteOrderMark.Utf16BE)) ? null : _bytes,
    };

    /// <summary>The framing of an open file; one that is too short to decide contains no line either.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public IRecordFraming Of(ITailedFile file)
    {
        Span<byte> head = stackalloc byte[ByteOrderMark.Utf8.Length];
        return Of(_settings.Encoding == TextEncoding.Auto ? head[..FileContent.Fill(file, head, 0)] : default, isWhole: true)!;
    }

    /// <summary>
    /// Length of the byte order mark that a file framed by <paramref name="framing"/> begins with; 0 when it has none, or when bytes pass
    /// as they are.
    /// </summary>
    public int MarkLength(IRecordFraming framing, ReadOnlySpan<byte> head)
    {
        var mark = ReferenceEquals(framing, _utf16LE) ? ByteOrderMark.Utf16LE
            : ReferenceEquals(framing, _utf16BE) ? ByteOrderMark.Utf16BE
            : ByteOrderMark.Utf8;
        return _settings.Encoding != TextEncoding.Latin1 && head.StartsWith(mark) ? mark.Length : 0;
    }
}

/// <summary>How the files of one flow become records.</summary>
/// <param name="Encoding">Their encoding.</param>
/// <param name="SkipHeaderLines">Lines at the start of each file that are not shipped.</param>
/// <param name="MultiLine">Null: a record is a line.</param>
internal sealed record FramingSettings(
    TextEncoding Encoding = TextEncoding.Auto, int SkipHeaderLines = 0, MultiLineSettings? MultiLine = null)
{
    /// <summary>What a line ends with, except in UTF-16.</summary>
    public LineEnd LineEnd { get; init; }

    /// <summary>True: files are shipped whatever they hold.</summary>
    public bool IncludeBinary { get; init; }

    /// <summary>Not null: files are framed as the Amazon Kinesis Agent does.</summary>
    public AgentFramingSettings? Agent { get; init; }

    /// <summary>The settings of a flow.</summary>
    public static FramingSettings Of(FlowOptions flow)
    {
        var lines = flow.MultiLine;
        return new FramingSettings(flow.Encoding, flow.SkipHeaderLines, string.IsNullOrEmpty(lines.StartPattern)
            ? null
            : new MultiLineSettings(lines.StartPattern, lines.MaxLines, lines.MaxBytes, lines.MaxAge))
        {
            LineEnd = flow.LineEnd,
            IncludeBinary = flow.IncludeBinary,
            Agent = AgentFramingSettings.Of(flow),
        };
    }
}

/// <summary>How lines make multi-line records.</summary>
/// <param name="StartPattern">A .NET regular expression, matched at the start of a line.</param>
/// <param name="MaxLines">Lines in a record, at least 1.</param>
/// <param name="MaxBytes">Bytes in a record; a single line may have more.</param>
/// <param name="MaxAge">How long a record may wait for the next start line while its file does not grow.</param>
internal sealed record MultiLineSettings(string StartPattern, int MaxLines, int MaxBytes, TimeSpan MaxAge);
