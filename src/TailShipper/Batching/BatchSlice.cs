using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>Consecutive records of a batch as a request body, without copying: the whole batch, or a part of it during bisection.</summary>
internal sealed class BatchSlice : IRequestBody
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];

    /// <summary>
    /// Records <c>[first, first + count)</c> of <paramref name="batch"/>, which must not change while the slice is in use.
    /// </summary>
    public BatchSlice(Batch batch, int first, int count)
    {
        Batch = batch;
        First = first;
        Records = count;
        _pieces.Add(batch.Body.Envelope.Header);
        var entries = batch.Entries;
        var chunks = batch.Body.Chunks.All;
        var (chunk, offset) = (entries[first].Chunk, entries[first].Offset + 1); // without the first record's comma
        var whole = first + count == batch.Count;
        var (lastChunk, lastOffset) = whole
            ? (chunks.Count - 1, int.MaxValue)
            : (entries[first + count].Chunk, entries[first + count].Offset);
        for (; chunk <= lastChunk; chunk++, offset = 0)
        {
            var end = chunk == lastChunk ? Math.Min(lastOffset, chunks[chunk].Used) : chunks[chunk].Used;
            if (end > offset)
            {
                _pieces.Add(chunks[chunk].Bytes.AsMemory(offset, end - offset));
            }
        }

        _pieces.Add(batch.Body.Envelope.Trailer);
        foreach (var piece in _pieces)
        {
            Length += piece.Length;
        }

        for (var index = first; index < first + count; index++)
        {
            RawBytes += entries[index].RawBytes;
        }
    }

    /// <summary>The batch it is a part of.</summary>
    public Batch Batch { get; }

    /// <summary>Index in the batch of this slice's first record.</summary>
    public int First { get; }

    /// <summary>Raw bytes of its records.</summary>
    public long RawBytes { get; }

    /// <inheritdoc/>
    public int Records { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public int Pieces => _pieces.Count;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Piece(int index) => _pieces[index];
}
