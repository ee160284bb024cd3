namespace Shipper.DeliveryProof.Lines;

/// <summary>What is acknowledged of one file, and how its lines are written.</summary>
internal sealed record SourceFile
{
    /// <summary>Where it was found.</summary>
    public required string Path { get; init; }

    /// <summary>The flow that ships it.</summary>
    public string Flow { get; init; } = "";

    /// <summary>Whether it is gzip; offsets are those of the content then.</summary>
    public bool IsGzip { get; init; }

    /// <summary>The bytes whose lines are compared, in order.</summary>
    public required IReadOnlyList<SourceSpan> Spans { get; init; }

    /// <summary>Its encoding.</summary>
    public SourceEncoding Encoding { get; init; }

    /// <summary>What its lines end with.</summary>
    public SourceLineEnd LineEnd { get; init; }

    /// <summary>Lines at its start that are not sent.</summary>
    public int HeaderLines { get; init; }

    /// <summary>Lines with more bytes, a newline included, were divided or cut, and are not compared. 0: there are none.</summary>
    public int LongestLine { get; init; }

    /// <summary>What it begins with; null where that is not checked.</summary>
    public SourceMark? Head { get; init; }

    /// <summary>What comes before the acknowledged offset; null where that is not checked.</summary>
    public SourceMark? Tail { get; init; }

    /// <summary>A whole file of plain lines.</summary>
    public static SourceFile Whole(string path) =>
        new() { Path = path, Spans = [new SourceSpan(0, new FileInfo(path).Length)], Encoding = SourceEncoding.Latin1 };
}

/// <summary>Bytes of a file.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">Behind the last.</param>
internal readonly record struct SourceSpan(long Start, long End);

/// <summary>A stretch of a file and its hash, to know that it is the same file.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Its bytes, at most <see cref="MostBytes"/>.</param>
/// <param name="Hash">The first 8 bytes of its SHA-256, big-endian.</param>
internal sealed record SourceMark(long Start, int Length, ulong Hash)
{
    /// <summary>The longest stretch.</summary>
    public const int MostBytes = 1024;

    /// <summary>Whether these bytes have the hash.</summary>
    public bool Fits(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        && System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(System.Security.Cryptography.SHA256.HashData(bytes)) == Hash;
}

/// <summary>The encoding of a file.</summary>
internal enum SourceEncoding
{
    /// <summary>A byte order mark decides; without one bytes are taken as they are.</summary>
    Auto,

    /// <summary>UTF-8; a byte order mark is not sent.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first; sent as UTF-8.</summary>
    Utf16LE,

    /// <summary>UTF-16, high byte first; sent as UTF-8.</summary>
    Utf16BE,

    /// <summary>Bytes are taken as they are.</summary>
    Latin1,
}

/// <summary>What a line ends with. What is sent ends with a newline.</summary>
internal enum SourceLineEnd
{
    /// <summary>0x0A.</summary>
    Newline,

    /// <summary>0x0D, 0x0A, or both in this order.</summary>
    CarriageReturn,

    /// <summary>0x00; newlines are part of the record, and divide it into lines on both sides.</summary>
    Nul,
}
