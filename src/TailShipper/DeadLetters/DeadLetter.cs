using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>A line or record that can never be delivered.</summary>
/// <param name="Stream">Where it came from.</param>
/// <param name="Path">The file, as last seen.</param>
/// <param name="Span">Its bytes in the stream.</param>
/// <param name="Reason">Why, for people.</param>
internal readonly record struct DeadLetter(StreamId Stream, string Path, ByteSpan Span, string Reason)
{
    /// <summary>The whole line of which these bytes of the file are a part; null for a record as it was sent.</summary>
    public ByteSpan? Line { get; init; }

    /// <summary>The file's encoding where the bytes are not sent as they are: utf-16le or utf-16be; else null.</summary>
    public string? Encoding { get; init; }

    /// <summary>True when the flow's processing could not use it: the bytes are those of the file, as UTF-8.</summary>
    public bool IsUnprocessed { get; init; }
}

/// <summary>The stream that a dead letter was meant for.</summary>
/// <param name="Stream">Kind and name, for example <c>delivery stream orders</c>.</param>
/// <param name="Place">The region, or host and port of an endpoint that is not AWS's; null where that is not known.</param>
internal sealed record LetterDestination(string Stream, string? Place)
{
    /// <summary>True when both can be the same stream: where one place is not known, the names decide.</summary>
    public bool CanBe(LetterDestination other) =>
        Stream == other.Stream && (Place is null || other.Place is null || Place == other.Place);

    /// <inheritdoc/>
    public override string ToString() => Place is null ? Stream : $"{Stream} in {Place}";
}

/// <summary>Keeps on disk what cannot be delivered.</summary>
internal interface IDeadLetters
{
    /// <summary>
    /// Makes sure that all of a line fits which takes several dead letters, before the first of them is written: some parts of a line are
    /// of no use to anybody, and would take the space of others.
    /// </summary>
    /// <param name="part">A part as it would be written.</param>
    /// <param name="bytes">Bytes of the line that are still to be written.</param>
    /// <param name="partBytes">Most bytes of a part.</param>
    /// <exception cref="IOException">It does not fit, or the space cannot be measured; nothing may be written of it.</exception>
    void MakeRoom(DeadLetter part, long bytes, int partBytes);

    /// <summary>Writes one dead letter; it is safe only after <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">It could not be written; nothing may settle.</exception>
    void Append(DeadLetter letter, ReadOnlySpan<byte> bytes);

    /// <summary>Returns once everything appended is on stable storage.</summary>
    /// <exception cref="IOException">It is not; nothing may settle.</exception>
    void Sync();
}

/// <summary>A dead letter could not be written or made durable; nothing of it may settle. The message says why and what to do.</summary>
internal sealed class DeadLettersUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
