namespace Shipper.TailShipper.DeadLetters;

/// <summary>Keeps on disk what cannot be delivered.</summary>
internal interface IDeadLetters
{
    /// <summary>Writes one dead letter; it is safe only after <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">It could not be written; nothing may settle.</exception>
    void Append(DeadLetter letter, ReadOnlySpan<byte> bytes);

    /// <summary>Returns once everything appended is on stable storage.</summary>
    /// <exception cref="IOException">It is not; nothing may settle.</exception>
    void Sync();
}
