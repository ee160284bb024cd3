using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>How a stream's state is spelt in the journal; spelt out here so that renaming the enum cannot change the format.</summary>
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
