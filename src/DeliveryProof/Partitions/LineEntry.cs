using System.Buffers.Binary;

namespace Shipper.DeliveryProof.Partitions;

/// <summary>One occurrence of a line.</summary>
/// <param name="Hash">The hash of the line.</param>
/// <param name="Item">The number of the file or object that it is in; those of one side come before those of the other.</param>
/// <param name="Offset">Where in its content it begins, in bytes.</param>
internal readonly record struct LineEntry(UInt128 Hash, int Item, long Offset)
{
    /// <summary>Bytes that an entry takes.</summary>
    public const int Size = 28;

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(target, Hash);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], Item);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], Offset);
    }

    /// <summary>Reads one.</summary>
    public static LineEntry Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt128LittleEndian(source),
        BinaryPrimitives.ReadInt32LittleEndian(source[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[20..]));
}
