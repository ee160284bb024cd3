using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Wire.Records;

/// <summary>Gives each record its partition key. One owner: the flow's loop.</summary>
internal interface IPartitionKeys
{
    /// <summary>
    /// The key of the record that begins with <paramref name="lines"/>, as it stands between quotes in JSON: 1 to
    /// <see cref="PartitionKeyText.MaxBytes"/> bytes, and more only by escapes. Good until the next call.
    /// </summary>
    /// <param name="stream">Whose lines.</param>
    /// <param name="lines">The record's first whole lines.</param>
    ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines);
}
