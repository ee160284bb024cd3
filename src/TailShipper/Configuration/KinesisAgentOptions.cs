using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>
/// How a flow frames in the place of one of the Amazon Kinesis Agent: the same bytes become the same records. Written by
/// <c>import-agent</c>; a new flow is better off without.
/// </summary>
internal sealed class KinesisAgentOptions : IOptionSection
{
    /// <summary>Whether the flow frames as that agent does, and the settings below count.</summary>
    public bool Framing { get; set; }

    /// <summary>
    /// That agent's <c>multiLineStartPattern</c>: a Java regular expression, matched at the start of a record's first line. Default: none,
    /// a record is one line.
    /// </summary>
    public string? MultiLineStartPattern { get; set; }

    /// <summary>
    /// That agent's <c>fileFooterPattern</c>: a Java regular expression for a whole trimmed record. It and what else was read with it is
    /// left out, and counted as filtered. Default: none.
    /// </summary>
    public string? FileFooterPattern { get; set; }

    /// <summary>
    /// That agent's <c>aggregatedRecordSizeBytes</c>: lines share a record up to so many bytes, before they are processed. 0: none do.
    /// </summary>
    public int AggregatedRecordSizeBytes { get; set; }

    /// <summary>
    /// That agent's <c>truncatedRecordTerminator</c>: what a record ends with that was too long and is cut. Default: a newline.
    /// </summary>
    public string? TruncatedRecordTerminator { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<KinesisAgentOptions> Table = new OptionTable<KinesisAgentOptions>()
        .Value(nameof(Framing), options => options.Framing, (options, value) => options.Framing = value)
        .Value(nameof(MultiLineStartPattern), options => options.MultiLineStartPattern,
            (options, value) => options.MultiLineStartPattern = value)
        .Value(nameof(FileFooterPattern), options => options.FileFooterPattern, (options, value) => options.FileFooterPattern = value)
        .Value(nameof(AggregatedRecordSizeBytes), options => options.AggregatedRecordSizeBytes,
            (options, value) => options.AggregatedRecordSizeBytes = value, new("0", "1024000"))
        .Value(nameof(TruncatedRecordTerminator), options => options.TruncatedRecordTerminator,
            (options, value) => options.TruncatedRecordTerminator = value);

    OptionTable IOptionSection.Settings => Table;
}
