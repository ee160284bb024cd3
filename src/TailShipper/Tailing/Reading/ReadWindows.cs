using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// The buffers that files are read into. A flow has one only while it reads: a thousand flows need no more of them than the machine has
/// processors. Safe from any thread.
/// </summary>
internal sealed class ReadWindows
{
    /// <summary>Bytes of content that one holds, behind those before the position that every read begins with.</summary>
    public const int ContentBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Stack<byte[]> _free = new();
    private readonly int _kept = 2 * Environment.ProcessorCount;

    /// <summary>A buffer of <see cref="ContentBytes"/> and a fingerprint's length, with anything in it.</summary>
    public byte[] Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var window))
            {
                return window;
            }
        }

        return GC.AllocateUninitializedArray<byte>(Fingerprint.MaxLength + ContentBytes);
    }

    /// <summary>Gives it back.</summary>
    public void Return(byte[] window)
    {
        lock (_lock)
        {
            if (_free.Count < _kept)
            {
                _free.Push(window);
            }
        }
    }
}
