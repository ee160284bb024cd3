using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// A line too long for a record that is not sent in pieces: first its end is searched for, then it is set aside or truncated.
/// </summary>
internal sealed class OversizeLine(long start, long scannedTo)
{
    /// <summary>Where the line begins.</summary>
    public long Start { get; } = start;

    /// <summary>How far no newline was found.</summary>
    public long ScannedTo { get; private set; } = scannedTo;

    /// <summary>Behind its newline; null until that is found.</summary>
    public long? End { get; private set; }

    /// <summary>
    /// Bytes of the newline that it ends with; 0 at the end of a file that lacks it, and while <see cref="End"/> is null.
    /// </summary>
    public int NewlineBytes { get; private set; }

    /// <summary>How far it is in the dead letters.</summary>
    public long WrittenTo { get; private set; } = start;

    /// <summary>
    /// Fingerprint of the bytes just before <see cref="WrittenTo"/>, as they were when they were written; empty while none are.
    /// </summary>
    public Fingerprint Tail { get; private set; }

    /// <summary>How far there are only NULs behind <see cref="ScannedTo"/>; 0 while there are none.</summary>
    public long PaddingTo { get; private set; }

    /// <summary>There are only NULs from <see cref="ScannedTo"/> to <paramref name="end"/>.</summary>
    public void NotePadding(long end) => PaddingTo = end;

    /// <summary>No newline was found in the next <paramref name="bytes"/> bytes.</summary>
    public void Scanned(int bytes) => ScannedTo += bytes;

    /// <summary>Its newline was found.</summary>
    /// <param name="end">Behind it.</param>
    /// <param name="newlineBytes">Its length.</param>
    public void FoundEnd(long end, int newlineBytes) => (End, NewlineBytes) = (end, newlineBytes);

    /// <summary>Its file ends without a newline: the line ends there unless its end is known.</summary>
    public void EndAt(long size) => End ??= size;

    /// <summary>A piece of it is in the dead letters.</summary>
    /// <param name="bytes">Length of the piece.</param>
    /// <param name="tail">Fingerprint of the bytes before its end.</param>
    public void Wrote(int bytes, Fingerprint tail) => (WrittenTo, Tail) = (WrittenTo + bytes, tail);

    /// <summary>What is in the dead letters of it cannot be trusted: all of it is written again.</summary>
    public void WriteAgain() => WrittenTo = Start;
}
