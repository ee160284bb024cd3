using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>A line too long for a record that is not sent in pieces: first its end is looked for, then it is set aside or truncated.</summary>
internal sealed class OversizeLine(long start, long scannedTo)
{
    /// <summary>Where the line begins.</summary>
    public long Start { get; } = start;

    /// <summary>How far no newline was found.</summary>
    public long ScannedTo { get; set; } = scannedTo;

    /// <summary>Behind its newline; null until that is found.</summary>
    public long? End { get; set; }

    /// <summary>Bytes of the newline that it ends with; 0 at the end of a file that lacks it, and while <see cref="End"/> is null.</summary>
    public int NewlineBytes { get; set; }

    /// <summary>How far it is in the dead letters.</summary>
    public long WrittenTo { get; set; } = start;

    /// <summary>Fingerprint of the bytes just before <see cref="WrittenTo"/>, as they were when they were written; empty while none are.</summary>
    public Fingerprint Tail { get; set; }
}
