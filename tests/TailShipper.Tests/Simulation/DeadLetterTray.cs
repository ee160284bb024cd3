using Shipper.TailShipper.DeadLetters;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The dead letters of all runs, in memory; lazily when they are long.</summary>
internal sealed class DeadLetterTray(TimeProvider time) : IDeadLetters
{
    private const int Kept = 64_000_000;

    /// <summary>Every letter, with its bytes as long as they are few.</summary>
    public List<(DeadLetter Letter, byte[] Bytes, long At)> Letters { get; } = [];

    /// <summary>Bytes of all letters.</summary>
    public long Length { get; private set; }

    /// <summary>Set to make writing fail.</summary>
    public string? Fault { get; set; }

    /// <summary>Bytes that all letters may take.</summary>
    public long Room { get; set; } = long.MaxValue;

    public void MakeRoom(DeadLetter part, long bytes, int partBytes)
    {
        if (bytes > Room - Length)
        {
            throw new IOException($"{bytes} bytes do not fit into {Room}");
        }
    }

    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
        if (Fault is not null)
        {
            throw new IOException(Fault);
        }

        Letters.Add((letter, Length < Kept ? bytes.ToArray() : [], time.GetTimestamp()));
        Length += bytes.Length;
    }

    public void Sync()
    {
        if (Fault is not null)
        {
            throw new IOException(Fault);
        }
    }
}
