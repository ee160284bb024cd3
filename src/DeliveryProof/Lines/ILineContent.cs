namespace Shipper.DeliveryProof.Lines;

/// <summary>A file or an object that has lines.</summary>
internal interface ILineContent
{
    /// <summary>How messages name it.</summary>
    string Name { get; }

    /// <summary>Bytes to read, as they are stored.</summary>
    long Bytes { get; }

    /// <summary>Passes every line to <paramref name="sink"/>.</summary>
    /// <exception cref="IOException">It is gone or cannot be read any further; nothing of it counts as compared.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    void Read(LineSink sink, CancellationToken stopping);
}

/// <summary>Takes the lines of one file or object.</summary>
internal abstract class LineSink
{
    /// <summary>A line.</summary>
    /// <param name="line">Without its end; valid during the call.</param>
    /// <param name="offset">Where in the content it begins, in bytes.</param>
    public abstract void Line(ReadOnlySpan<byte> line, long offset);

    /// <summary>What is wrong with it, although it can be read on.</summary>
    public abstract void Problem(string text);

    /// <summary>So many bytes more were read, as they are stored.</summary>
    public abstract void Advance(long bytes);
}
