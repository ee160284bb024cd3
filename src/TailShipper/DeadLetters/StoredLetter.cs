using System.Buffers.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>One dead letter as it is on disk, without its bytes.</summary>
/// <param name="Id">32 hexadecimal digits that follow from what it is and holds, wherever it is: a letter written twice, around a crash, has one.</param>
/// <param name="File">Path of its file.</param>
/// <param name="At">When it was written.</param>
/// <param name="Flow">Its flow.</param>
/// <param name="Letter">What it is.</param>
/// <param name="Data">Where in the file its bytes stand, as base64.</param>
internal sealed record StoredLetter(string Id, string File, DateTimeOffset At, string Flow, DeadLetter Letter, ByteSpan Data)
{
    /// <summary>How many bytes it holds.</summary>
    public int Bytes { get; init; }

    /// <summary>Reads its bytes.</summary>
    /// <exception cref="IOException">The file is gone, or can no longer be read.</exception>
    public byte[] Read()
    {
        using var file = DeadLetterReader.Open(File);
        var text = new byte[Data.Length];
        file.Position = Data.Start;
        file.ReadExactly(text);
        var bytes = new byte[Bytes];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Bytes
            ? bytes
            : throw new IOException($"{File} changed: the letter at {Data.Start} is not what it was");
    }
}
