using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads the lines that <see cref="JournalLineWriter"/> writes. Unknown members are skipped; a line with a wrong checksum or value is
/// refused.
/// </summary>
internal sealed class JournalLineReader
{
    /// <summary>The longest line: a path has 24 KiB when every byte is escaped, and there are 64 marks and a few gaps.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int ChecksumDigits = 8;

    // A few flows own all streams: reading their names line by line would make 100,000 copies.
    private string _lastFlow = "";

    private static ReadOnlySpan<byte> ChecksumOpening => ",\"crc\":\""u8;

    private static ReadOnlySpan<byte> ChecksumClosing => "\"}"u8;

    /// <summary>Reads one line, given without its line feed. On false <paramref name="reason"/> says in words what is wrong.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, out JournalEntry entry, out string reason)
    {
        entry = null!;
        reason = "";
        if (line.Length > MaxBytes)
        {
            reason = $"it is longer than {MaxBytes} bytes";
            return false;
        }

        var trailer = ChecksumOpening.Length + ChecksumDigits + ChecksumClosing.Length;
        if (line.Length <= trailer || !line[^trailer..].StartsWith(ChecksumOpening) || !line.EndsWith(ChecksumClosing)
            || !TryReadChecksum(line.Slice(line.Length - ChecksumClosing.Length - ChecksumDigits, ChecksumDigits), out var expected))
        {
            reason = "it does not end with a checksum";
            return false;
        }

        if (JournalChecksum.Of(line[..^trailer]) != expected)
        {
            reason = "its checksum does not match its content";
            return false;
        }

        try
        {
            if ((JournalFastReader.Read(line[..^trailer], ref _lastFlow) ?? Parse(line)) is not { } parsed)
            {
                reason = "its kind or a value in it is unknown; a newer version may have written it";
                return false;
            }

            entry = parsed;
            return true;
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            reason = $"it is not understood ({exception.Message})";
            return false;
        }
    }

    // Strict: upper-case digits would pass a lenient parser, and one flipped bit makes them.
    private static bool TryReadChecksum(ReadOnlySpan<byte> digits, out uint checksum)
    {
        checksum = 0;
        foreach (var digit in digits)
        {
            if (digit is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f')))
            {
                return false;
            }

            checksum = (checksum << 4) | (uint)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        }

        return true;
    }

    /// <summary>Reads a line of any form, its checksum aside; null when it is of an unknown kind or lacks something.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A member is of another type.</exception>
    /// <exception cref="FormatException">A value is not in its form.</exception>
    /// <exception cref="OverflowException">A number has too many digits.</exception>
    public JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        var values = new JournalLineValues();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref json, ref values);
        }

        return values.ToEntry();
    }

    private void ReadMember(ref Utf8JsonReader json, ref JournalLineValues values)
    {
        // In the order in which the writer writes them, so that the usual line needs few comparisons.
        if (json.ValueTextEquals("crc"u8)) { json.Skip(); }
        else if (Is(ref json, "seq"u8)) { values.Sequence = json.GetInt64(); }
        else if (Is(ref json, "kind"u8)) { values.Kind = KindOf(ref json); }
        else if (Is(ref json, "stream"u8)) { values.Stream = new StreamId(json.GetInt64()); }
        else if (Is(ref json, "committed"u8)) { values.Committed = json.GetInt64(); }
        else if (Is(ref json, "tail"u8)) { values.Tail = FingerprintOf(ref json); }
        else if (Is(ref json, "size"u8)) { values.Size = json.GetInt64(); }
        else if (Is(ref json, "at"u8)) { values.At = json.GetDateTimeOffset(); }
        else if (Is(ref json, "flow"u8)) { values.Flow = FlowOf(ref json); }
        else if (Is(ref json, "path"u8)) { values.Path = json.GetString(); }
        else if (Is(ref json, "device"u8)) { values.Device = json.GetUInt64(); }
        else if (Is(ref json, "inode"u8)) { values.Inode = UInt128.Parse(json.ValueSpan, CultureInfo.InvariantCulture); }
        else if (Is(ref json, "generation"u8)) { values.Generation = json.GetInt64(); }
        else if (Is(ref json, "head"u8)) { values.Head = FingerprintOf(ref json); }
        else if (Is(ref json, "state"u8)) { values.State = json.ValueIsEscaped ? null : JournalStates.Read(json.ValueSpan); }
        else if (Is(ref json, "marks"u8)) { values.Marks = MarksOf(ref json); }
        else if (Is(ref json, "gaps"u8)) { values.Gaps = GapsOf(ref json); }
        else if (Is(ref json, "gone"u8)) { values.Gone = json.GetInt64(); }
        else if (Is(ref json, "deleted"u8)) { values.IsDeleted = json.GetBoolean(); }
        else if (Is(ref json, "place"u8)) { values.Place = json.GetString(); }
        else if (Is(ref json, "replayed"u8)) { values.Replayed = json.GetInt64(); }
        else if (Is(ref json, "copyOf"u8)) { values.CopyOf = json.GetInt64(); }
        else if (Is(ref json, "version"u8)) { values.Version = json.GetInt32(); }
        else if (Is(ref json, "streams"u8)) { values.Streams = json.GetInt32(); }
        else if (Is(ref json, "nextStream"u8)) { values.NextStream = json.GetInt64(); }
        else
        {
            json.Skip();
        }
    }

    // Advances to the member's value when the name matches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    private static JournalLineKind KindOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("commit"u8) ? JournalLineKind.Commit
        : json.ValueTextEquals("stream"u8) ? JournalLineKind.Full
        : json.ValueTextEquals("forget"u8) ? JournalLineKind.Forget
        : json.ValueTextEquals("snapshot"u8) ? JournalLineKind.Header
        : json.ValueTextEquals("end"u8) ? JournalLineKind.Footer
        : JournalLineKind.Unknown;

    private string FlowOf(ref Utf8JsonReader json)
    {
        if (!json.ValueTextEquals(_lastFlow))
        {
            _lastFlow = json.GetString() ?? "";
        }

        return _lastFlow;
    }

    private static Fingerprint FingerprintOf(ref Utf8JsonReader json)
    {
        var text = json.ValueSpan;
        var colon = text.IndexOf((byte)':');
        return colon > 0
            && Utf8Parser.TryParse(text[..colon], out int length, out var used) && used == colon
            && length is >= 0 and <= Fingerprint.MaxLength
            && Utf8Parser.TryParse(text[(colon + 1)..], out ulong hash, out used, 'x') && used == text.Length - colon - 1
            ? new Fingerprint(length, hash)
            : throw new FormatException("a fingerprint is written as length:hash");
    }

    private static ByteSpan[] GapsOf(ref Utf8JsonReader json)
    {
        var gaps = new List<ByteSpan>();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            var start = json.GetInt64();
            json.Read();
            gaps.Add(new ByteSpan(start, json.GetInt64()));
            json.Read();
        }

        return [.. gaps];
    }

    private static TimeMark[] MarksOf(ref Utf8JsonReader json)
    {
        var marks = new List<TimeMark>();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            var at = json.GetDateTimeOffset();
            json.Read();
            marks.Add(new TimeMark(at, json.GetInt64()));
            json.Read();
        }

        return [.. marks];
    }
}

/// <summary>Collects the members of a line, in any order, and makes the entry.</summary>
internal struct JournalLineValues
{
    /// <summary>No sequence or stream number is greater: it is counted up, and may not overflow.</summary>
    public const long MaxNumber = long.MaxValue / 2;

    public JournalLineKind Kind;
    public long? Sequence;
    public StreamId Stream;
    public string? Flow;
    public string? Path;
    public ulong Device;
    public UInt128 Inode;
    public long Generation;
    public Fingerprint Head;
    public Fingerprint Tail;
    public long? Committed;
    public long Size;
    public StreamState? State;
    public DateTimeOffset At;
    public IReadOnlyList<TimeMark>? Marks;
    public IReadOnlyList<ByteSpan>? Gaps;
    public long Gone;
    public bool IsDeleted;
    public string? Place;
    public long Replayed;
    public long CopyOf;
    public int Version;
    public int Streams;
    public long NextStream;

    /// <summary>The entry; null when the kind is unknown, or a required value is missing or impossible.</summary>
    public readonly JournalEntry? ToEntry()
    {
        if (Sequence is not (>= 0 and <= MaxNumber and var sequence) || Stream.Number > MaxNumber || NextStream is < 0 or > MaxNumber
            || Committed < 0 || Size < 0 || Streams < 0 || Replayed is < 0 or > MaxNumber
            || CopyOf is < 0 or > MaxNumber)
        {
            return null;
        }

        var ofStream = Stream.Number > 0;
        return Kind switch
        {
            JournalLineKind.Commit when ofStream && Committed is { } committed =>
                new JournalEntry.Commit(sequence, Stream, committed, Tail, Size, At),
            JournalLineKind.Full when ofStream && ToCheckpoint() is { } checkpoint => new JournalEntry.Full(sequence, checkpoint),
            JournalLineKind.Forget when ofStream => new JournalEntry.Forget(sequence, Stream),
            JournalLineKind.Header => new JournalEntry.Header(sequence, Version, Generation, Streams, NextStream, At),
            JournalLineKind.Footer => new JournalEntry.Footer(sequence, Streams),
            _ => null,
        };
    }

    private readonly StreamCheckpoint? ToCheckpoint() =>
        Flow is not { } flow || Path is not { } path || Committed is not { } committed || State is not { } state
            ? null
            : new StreamCheckpoint
            {
                Stream = Stream,
                Flow = flow,
                Path = path,
                File = new FileId(Device, Inode),
                Generation = Generation,
                Head = Head,
                Committed = committed,
                Tail = Tail,
                Size = Size,
                State = state,
                At = At,
                Marks = Marks ?? [],
                Gaps = Gaps ?? [],
                Gone = Gone,
                IsDeleted = IsDeleted,
                Place = Place,
                Replayed = new StreamId(Replayed),
                CopyOf = new StreamId(CopyOf),
            };
}

/// <summary>The <c>kind</c> member of a line.</summary>
internal enum JournalLineKind
{
    /// <summary>Missing, or of a newer format.</summary>
    Unknown,

    /// <summary><see cref="JournalEntry.Commit"/>.</summary>
    Commit,

    /// <summary><see cref="JournalEntry.Full"/>.</summary>
    Full,

    /// <summary><see cref="JournalEntry.Forget"/>.</summary>
    Forget,

    /// <summary><see cref="JournalEntry.Header"/>.</summary>
    Header,

    /// <summary><see cref="JournalEntry.Footer"/>.</summary>
    Footer,
}
