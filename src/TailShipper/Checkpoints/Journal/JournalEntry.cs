using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The content of one line; the nested records are all kinds of lines.</summary>
/// <param name="Sequence">Grows by one with every line of a generation, snapshot first, and never falls from one generation to the
/// next.</param>
internal abstract record JournalEntry(long Sequence)
{
    /// <summary>The format this program writes, and the newest it reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>First line of a snapshot.</summary>
    /// <param name="Sequence">See <see cref="JournalEntry"/>.</param>
    /// <param name="Version">Format of the file; see <see cref="FormatVersion"/>.</param>
    /// <param name="Generation">Equal to the one in the file's name.</param>
    /// <param name="Streams">Number of stream lines that follow.</param>
    /// <param name="NextStream">No stream with this number or a greater one existed yet.</param>
    /// <param name="At">When it was written, UTC.</param>
    public sealed record Header(long Sequence, int Version, long Generation, int Streams, long NextStream, DateTimeOffset At)
        : JournalEntry(Sequence);

    /// <summary>Last line of a snapshot: without it the snapshot is incomplete.</summary>
    public sealed record Footer(long Sequence, int Streams) : JournalEntry(Sequence);

    /// <summary>All that is known of a stream.</summary>
    public sealed record Full(long Sequence, StreamCheckpoint Checkpoint) : JournalEntry(Sequence);

    /// <summary>A stream's usual progress: nothing but these changed.</summary>
    public sealed record Commit(long Sequence, StreamId Stream, long Committed, Fingerprint Tail, long Size, DateTimeOffset At)
        : JournalEntry(Sequence);

    /// <summary>A stream that is finished.</summary>
    public sealed record Forget(long Sequence, StreamId Stream) : JournalEntry(Sequence);
}

/// <summary>The journal's words for stream states; written out so that renaming the enum cannot change the format.</summary>
internal static class JournalStates
{
    /// <summary>The journal's word for <paramref name="state"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No state of <see cref="StreamState"/>.</exception>
    public static ReadOnlySpan<byte> NameOf(StreamState state) => state switch
    {
        StreamState.Active => "active"u8,
        StreamState.Rotated => "rotated"u8,
        StreamState.Acknowledged => "acknowledged"u8,
        StreamState.Superseded => "superseded"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>The state that the journal calls <paramref name="word"/>; null for another word.</summary>
    public static StreamState? Read(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("active"u8) ? StreamState.Active
        : word.SequenceEqual("rotated"u8) ? StreamState.Rotated
        : word.SequenceEqual("acknowledged"u8) ? StreamState.Acknowledged
        : word.SequenceEqual("superseded"u8) ? StreamState.Superseded
        : null;
}

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds every damage of up to 32 neighbouring bits.</summary>
internal static class JournalChecksum
{
    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // recovery at start cannot wait for tiered compilation
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
