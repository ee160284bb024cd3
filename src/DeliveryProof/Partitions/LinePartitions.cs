using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Shipper.DeliveryProof.Partitions;

/// <summary>
/// Occurrences of lines, divided by their hashes into parts that are compared one at a time. What does not fit into memory is in one file:
/// blocks of a part form a chain, each with the position of the one before, so that memory does not grow with the data.
/// </summary>
/// <remarks>
/// For each part the number and the sum of the hashes of each side are kept: where both are equal, the lines are (a sum of keyed hashes of
/// 128 bits is equal by accident once in 2^128), and the part is never read again.
/// </remarks>
internal sealed class LinePartitions : IDisposable
{
    /// <summary>Bits of the hash that choose the part.</summary>
    public const int Bits = 10;

    /// <summary>Number of parts.</summary>
    public const int Count = 1 << Bits;

    private const int BlockBytes = 8192;
    private const int HeaderBytes = sizeof(long);
    private const int EntriesInBlock = (BlockBytes - HeaderBytes) / LineEntry.Size;
    private const long NoBlock = -1;

    private readonly string _directory;
    private readonly Lock _opening = new();
    private readonly List<Writer> _writers = [];
    private readonly long[] _chains = new long[Count];
    private SafeFileHandle? _file;
    private string? _path;
    private long _end;

    /// <summary>With a directory for the file, which is made only when it is needed, and has no name while it is used (Linux).</summary>
    public LinePartitions(string directory)
    {
        _directory = directory;
        Array.Fill(_chains, NoBlock);
    }

    /// <summary>Bytes in the file.</summary>
    public long BytesOnDisk => Interlocked.Read(ref _end);

    /// <summary>The part of a hash.</summary>
    public static int PartOf(UInt128 hash) => (int)(ulong)(hash >> (128 - Bits));

    /// <summary>For one thread; to be asked for before the reading begins.</summary>
    public Writer AddWriter()
    {
        var writer = new Writer(this);
        _writers.Add(writer);
        return writer;
    }

    /// <summary>Number of lines of a side in a part, when all is written.</summary>
    public long LinesIn(int part, int side) => _writers.Sum(writer => writer.LinesIn(part, side));

    /// <summary>Whether both sides have the same lines in a part, each equally often.</summary>
    public bool IsEqual(int part)
    {
        Span<UInt128> sums = stackalloc UInt128[2];
        foreach (var writer in _writers)
        {
            sums[0] += writer.SumOf(part, 0);
            sums[1] += writer.SumOf(part, 1);
        }

        return LinesIn(part, 0) == LinesIn(part, 1) && sums[0] == sums[1];
    }

    /// <summary>Passes every entry of a part to <paramref name="take"/>, in no order.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(int part, Action<LineEntry> take)
    {
        foreach (var writer in _writers)
        {
            Pass(writer.Rest(part), take);
        }

        var block = new byte[BlockBytes];
        for (var position = _chains[part]; position != NoBlock; position = BinaryPrimitives.ReadInt64LittleEndian(block))
        {
            if (RandomAccess.Read(_file!, block, position) < block.Length)
            {
                throw new IOException($"the file of the comparison in {_directory} was cut off by somebody else");
            }

            Pass(block.AsSpan(HeaderBytes, EntriesInBlock * LineEntry.Size), take);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private static void Pass(ReadOnlySpan<byte> entries, Action<LineEntry> take)
    {
        for (; entries.Length >= LineEntry.Size; entries = entries[LineEntry.Size..])
        {
            take(LineEntry.Read(entries));
        }
    }

    private void Append(int part, byte[] block)
    {
        var file = OpenedFile();
        var position = Interlocked.Add(ref _end, BlockBytes) - BlockBytes;
        BinaryPrimitives.WriteInt64LittleEndian(block, Interlocked.Exchange(ref _chains[part], position));
        try
        {
            RandomAccess.Write(file, block, position);
        }
        catch (IOException exception)
        {
            throw new IOException(
                $"the comparison cannot be written to {_directory} ({exception.Message.TrimEnd('.')}); name a directory with more room",
                exception);
        }
    }

    private SafeFileHandle OpenedFile()
    {
        lock (_opening)
        {
            return _file ??= Open();
        }
    }

    private SafeFileHandle Open()
    {
        var path = Path.Join(_directory, $"tailshipper-compare-{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var created = new FileStream(path, options))
            {
            }

            var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            if (OperatingSystem.IsWindows())
            {
                _path = path;
            }
            else
            {
                File.Delete(path); // its space is free again however this process ends
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the comparison cannot be written to {_directory} ({exception.Message.TrimEnd('.')}); name another directory", exception);
        }
    }

    /// <summary>Takes the lines that one thread reads.</summary>
    internal sealed class Writer
    {
        private readonly LinePartitions _partitions;
        private readonly byte[]?[] _blocks = new byte[]?[Count];
        private readonly int[] _filled = new int[Count];
        private readonly long[] _lines = new long[2 * Count];
        private readonly UInt128[] _sums = new UInt128[2 * Count];

        internal Writer(LinePartitions partitions) => _partitions = partitions;

        /// <summary>Adds an occurrence.</summary>
        /// <param name="entry">It.</param>
        /// <param name="side">0 or 1.</param>
        /// <exception cref="IOException">The disk is full, or fails.</exception>
        public void Add(in LineEntry entry, int side)
        {
            var part = PartOf(entry.Hash);
            _lines[(2 * part) + side]++;
            _sums[(2 * part) + side] += entry.Hash;
            var block = _blocks[part] ??= new byte[BlockBytes];
            if (_filled[part] == EntriesInBlock)
            {
                _partitions.Append(part, block);
                _filled[part] = 0;
            }

            entry.Write(block.AsSpan(HeaderBytes + (_filled[part]++ * LineEntry.Size)));
        }

        internal long LinesIn(int part, int side) => _lines[(2 * part) + side];

        internal UInt128 SumOf(int part, int side) => _sums[(2 * part) + side];

        internal ReadOnlySpan<byte> Rest(int part) => _blocks[part].AsSpan(
            _blocks[part] is null ? 0 : HeaderBytes, _filled[part] * LineEntry.Size);
    }
}
