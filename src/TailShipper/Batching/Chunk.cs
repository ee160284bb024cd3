namespace Shipper.TailShipper.Batching;

/// <summary>A piece of a request body under construction.</summary>
internal sealed class Chunk
{
    /// <summary>Size in bytes: under the large-object limit would mean many small writes, more would cost slow flows memory.</summary>
    public const int Capacity = 128 * 1024;

    /// <summary>The bytes; pinned, so that a socket need not pin them for every call.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

    /// <summary>Bytes written so far.</summary>
    public int Used { get; set; }

    /// <summary>Bytes that still fit.</summary>
    public int Free => Capacity - Used;
}
