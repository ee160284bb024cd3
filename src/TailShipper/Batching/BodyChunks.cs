using System.Runtime.CompilerServices;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// The rented chunks of one body, written from the front. Memory is reserved before it is written, so that writing cannot fail.
/// </summary>
internal sealed class BodyChunks(IChunkSource pool)
{
    // Writing in groups of four bytes leaves up to three unused at the end of each chunk.
    private const int Slack = 3;

    private readonly List<Chunk> _chunks = [];
    private int _tail = -1;
    private ChunkSize _first;
    private int[] _usedBefore = [];

    /// <summary>The chunks, in order.</summary>
    public IReadOnlyList<Chunk> All => _chunks;

    /// <summary>All bytes ever written; the difference of two values is the length of what was written in between.</summary>
    public long Written { get; private set; }

    /// <summary>
    /// Reserves memory for <paramref name="bytes"/> bytes; false, and nothing is reserved, when there is not enough.
    /// </summary>
    public bool TryReserve(int bytes)
    {
        long free = _tail < 0 ? 0 : _chunks[_tail].Free - Slack;
        if (free >= bytes)
        {
            return true;
        }

        var before = _chunks.Count;
        for (var index = _tail + 1; index < before; index++)
        {
            free += _chunks[index].Free - Slack;
        }

        while (free < bytes)
        {
            if (pool.TryRent(NextSize(bytes)) is not { } chunk)
            {
                // Bodies that each hold a part of what they need would wait for each other forever.
                ReturnFrom(before);
                return false;
            }

            _chunks.Add(chunk);
            free += chunk.Free - Slack;
        }

        return true;
    }

    /// <summary>
    /// Takes exactly <paramref name="bytes"/> bytes of the current chunk, counted as written; empty when they do not fit there.
    /// </summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="chunk">Index of the chunk.</param>
    /// <param name="offset">Where in it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> TryTake(int bytes, out int chunk, out int offset)
    {
        (chunk, offset) = (_tail, 0);
        if (_tail < 0 || _chunks[_tail].Free < bytes)
        {
            return default;
        }

        var tail = _chunks[_tail];
        offset = tail.Used;
        Advance(bytes);
        return tail.Bytes.AsSpan(offset, bytes);
    }

    /// <summary>
    /// The free bytes of the current chunk, or of the next one when fewer than <paramref name="least"/> are free.
    /// </summary>
    public Span<byte> Room(int least)
    {
        if (_tail < 0 || _chunks[_tail].Free < least)
        {
            _tail++;
        }

        return _chunks[_tail].Bytes.AsSpan(_chunks[_tail].Used);
    }

    /// <summary>Counts bytes of <see cref="Room"/> as written.</summary>
    public void Advance(int bytes)
    {
        _chunks[_tail].Used += bytes;
        Written += bytes;
    }

    /// <summary>Writes bytes, across chunks if necessary, and returns where they begin.</summary>
    public (int Chunk, int Offset) Write(ReadOnlySpan<byte> bytes)
    {
        var target = Room(1);
        var start = (_tail, _chunks[_tail].Used);
        while (bytes.Length > target.Length)
        {
            bytes[..target.Length].CopyTo(target);
            bytes = bytes[target.Length..];
            Advance(target.Length);
            target = Room(1);
        }

        bytes.CopyTo(target);
        Advance(bytes.Length);
        return start;
    }

    /// <summary>Starts rewriting from the first byte; what is kept is moved down in ascending order.</summary>
    public void BeginRewrite()
    {
        if (_usedBefore.Length < _chunks.Count)
        {
            _usedBefore = new int[_chunks.Count];
        }

        for (var index = 0; index < _chunks.Count; index++)
        {
            _usedBefore[index] = _chunks[index].Used;
            _chunks[index].Used = 0;
        }

        _tail = _chunks.Count > 0 ? 0 : -1;
    }

    /// <summary>Moves bytes from before the rewrite to the end of what was rewritten so far.</summary>
    public (int Chunk, int Offset) MoveDown(int chunk, int offset, int bytes) => Copy(_chunks, _usedBefore, chunk, offset, bytes);

    /// <summary>Ends a rewrite; chunks that are no longer needed return to the pool.</summary>
    public void EndRewrite()
    {
        if (_tail >= 0 && _chunks[_tail].Used == 0)
        {
            _tail--;
        }

        ReturnFrom(_tail + 1);
    }

    /// <summary>Appends bytes of another body; reserved before.</summary>
    public (int Chunk, int Offset) CopyFrom(BodyChunks other, int chunk, int offset, int bytes) =>
        Copy(other._chunks, null, chunk, offset, bytes);

    /// <summary>Copies bytes out of the body.</summary>
    /// <param name="chunk">The chunk to count from.</param>
    /// <param name="offset">The offset from its beginning; it may be in a later chunk.</param>
    /// <param name="destination">Filled.</param>
    public void Read(int chunk, int offset, Span<byte> destination)
    {
        for (; offset >= _chunks[chunk].Used && !destination.IsEmpty; chunk++)
        {
            offset -= _chunks[chunk].Used;
        }

        for (; !destination.IsEmpty; chunk++, offset = 0)
        {
            var piece = _chunks[chunk].Bytes.AsSpan(offset, _chunks[chunk].Used - offset);
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Clear()
    {
        if (_chunks.Count > 0)
        {
            // Most bodies of a flow are like the one before. Where they are large, smaller ones in front would be more writes for each.
            var used = 0;
            foreach (var chunk in _chunks)
            {
                used += chunk.Used;
            }

            _first = SmallestFor(used);
        }

        ReturnFrom(0);
        _tail = -1;
    }

    private ChunkSize NextSize(int bytes)
    {
        var least = SmallestFor(bytes);
        var size = _chunks.Count == 0 ? _first : _chunks[^1].Bytes.Length == Chunk.TinyCapacity ? ChunkSize.Small : ChunkSize.Full;
        return size > least ? size : least;
    }

    private static ChunkSize SmallestFor(int bytes) => bytes <= Chunk.TinyCapacity - Slack ? ChunkSize.Tiny
        : bytes <= Chunk.SmallCapacity - Slack ? ChunkSize.Small : ChunkSize.Full;

    private (int Chunk, int Offset) Copy(List<Chunk> source, int[]? used, int chunk, int offset, int bytes)
    {
        (int, int)? start = null;
        while (bytes > 0)
        {
            var available = (used is null ? source[chunk].Used : used[chunk]) - offset;
            if (available > 0)
            {
                var target = Room(1);
                start ??= (_tail, _chunks[_tail].Used);
                var count = Math.Min(bytes, Math.Min(available, target.Length));
                source[chunk].Bytes.AsSpan(offset, count).CopyTo(target);
                Advance(count);
                bytes -= count;
                offset += count;
            }
            else
            {
                chunk++;
                offset = 0;
            }
        }

        return start ?? (0, 0);
    }

    private void ReturnFrom(int index)
    {
        for (; _chunks.Count > index; _chunks.RemoveAt(_chunks.Count - 1))
        {
            pool.Return(_chunks[^1]);
        }
    }
}
