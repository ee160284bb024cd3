using System.Text;
using Shipper.TailShipper.DeadLetters;

namespace Shipper.TailShipper.Tests.Flows;

/// <summary>Dead letters in memory, on a disk that can fail.</summary>
internal sealed class MemoryDeadLetters : IDeadLetters
{
    private readonly List<(DeadLetter Letter, string Bytes)> _pending = [];

    /// <summary>What is on stable storage.</summary>
    public List<(DeadLetter Letter, string Bytes)> Kept { get; } = [];

    /// <summary>Calls of either kind that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>True: nothing can be appended.</summary>
    public bool AppendFails { get; set; }

    /// <summary>True: nothing reaches stable storage.</summary>
    public bool SyncFails { get; set; }

    /// <inheritdoc/>
    public void MakeRoom(DeadLetter part, long bytes, int partBytes)
    {
    }

    /// <inheritdoc/>
    public void Append(DeadLetter letter, ReadOnlySpan<byte> bytes)
    {
        FailIf(AppendFails);
        _pending.Add((letter, Encoding.Latin1.GetString(bytes)));
    }

    /// <inheritdoc/>
    public void Sync()
    {
        FailIf(SyncFails);
        Kept.AddRange(_pending);
        _pending.Clear();
    }

    private void FailIf(bool fails)
    {
        if (fails)
        {
            Failures++;
            throw new IOException("No space left on device");
        }
    }
}
