using Shipper.TailShipper.Batching;


namespace Shipper.TailShipper.Framing;

/// <summary>What became of a window.</summary>
/// <param name="Bytes">Bytes of the file that were packed.</param>
/// <param name="Lines">Lines in them.</param>
/// <param name="End">Why it stopped.</param>
internal readonly record struct Framed(int Bytes, int Lines, PackEnd End)
{
    /// <summary>Multi-line records that begin without a start line: behind a limit, or before the first start line.</summary>
    public int Unstarted { get; init; }

    /// <summary>Code units that are no text and became U+FFFD.</summary>
    public int Replaced { get; init; }
}
