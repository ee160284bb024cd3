using System.Runtime.CompilerServices;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// The line at the start of a text: where it ends, and whether it is too long for a record. The only place with that rule. A line ends
/// with the byte 0x0A; no other byte has a meaning: CR and invalid UTF-8 pass as they are, and padding was left out before.
/// </summary>
/// <param name="Bytes">Its length with the newline; of a line without one, all of the text.</param>
/// <param name="HasNewline">False when the text ends first.</param>
/// <param name="IsComplete">True when nothing can follow: with a newline, or where the file ends.</param>
internal readonly record struct FirstLine(int Bytes, bool HasNewline, bool IsComplete)
{
    /// <summary>Its length with the newline that it has or that will be added.</summary>
    public int Size => HasNewline ? Bytes : Bytes + 1;

    /// <summary>The first line of <paramref name="text"/>.</summary>
    /// <param name="text">Text from a line's start on.</param>
    /// <param name="isFinal">True when the file ends with the text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FirstLine Of(ReadOnlySpan<byte> text, bool isFinal = false)
    {
        var length = text.IndexOf((byte)'\n') + 1;
        return length > 0 ? new FirstLine(length, true, true) : new FirstLine(text.Length, false, isFinal && !text.IsEmpty);
    }

    /// <summary>
    /// True when no record can hold it: a complete line with its newline, one that may continue only once its bytes alone are too many.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOversize(int maxRecordBytes) => (IsComplete ? Size : Bytes) > maxRecordBytes;
}
