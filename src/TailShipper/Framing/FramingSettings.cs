using Shipper.TailShipper.Configuration;


namespace Shipper.TailShipper.Framing;

/// <summary>How the files of one flow become records.</summary>
/// <param name="Encoding">Their encoding.</param>
/// <param name="SkipHeaderLines">Lines at the start of each file that are not shipped.</param>
/// <param name="MultiLine">Null: a record is a line.</param>
internal sealed record FramingSettings(TextEncoding Encoding = TextEncoding.Auto, int SkipHeaderLines = 0, MultiLineSettings? MultiLine = null)
{
    /// <summary>What a flow's section says.</summary>
    public static FramingSettings Of(FlowOptions flow) => new(flow.Encoding, flow.SkipHeaderLines, string.IsNullOrEmpty(flow.MultiLine.StartPattern)
        ? null
        : new MultiLineSettings(flow.MultiLine.StartPattern, flow.MultiLine.MaxLines, flow.MultiLine.MaxBytes, flow.MultiLine.MaxAge));
}
