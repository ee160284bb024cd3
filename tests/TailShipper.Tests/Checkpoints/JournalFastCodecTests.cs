using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>
/// The fast reader reads a line like the general one, or leaves it to that; the fast writer writes the same bytes as the general one.
/// </summary>
public sealed class JournalFastCodecTests
{
    private const string Trailer = ",\"crc\":\"00000000\"}";

    [Fact]
    public void Usual_lines_are_read()
    {
        var marks = Enumerable.Range(0, TimeMarks.Capacity).Select(second => new TimeMark(Some.Time.AddSeconds(second), second)).ToArray();
        foreach (var marked in new IReadOnlyList<TimeMark>[] { [], marks[..1], marks })
        {
            foreach (var state in Enum.GetValues<StreamState>())
            {
                var checkpoint =
                    Some.Checkpoint(1_000_001, 4096, "flow of orders", state) with { Marks = marked, At = Some.Time.AddTicks(1234567) };
                var read = Assert.IsType<JournalEntry.Full>(Read(Content(new JournalEntry.Full(7, checkpoint))));
                Assert.Equal(marked, read.Checkpoint.Marks);
                Assert.Equal(checkpoint, read.Checkpoint with { Marks = marked });
            }
        }

        var commit = new JournalEntry.Commit(long.MaxValue / 10, new StreamId(3), 0, Fingerprint.Empty, 1, Some.Time.AddMilliseconds(250));
        Assert.Equal(commit, Read(Content(commit)));
    }

    [Fact]
    public void A_deletion_that_was_seen_and_the_place_of_a_file_are_kept_and_lines_without_them_are_read()
    {
        var checkpoint = Some.Checkpoint(1_000_001, 4096) with
        {
            Gone = 638_000_000_000_000_007,
            IsDeleted = true,
            Place = "/var/log/pods/0.log",
            Replayed = new StreamId(17),
            CopyOf = new StreamId(18),
        };
        var line = Content(new JournalEntry.Full(7, checkpoint));
        Assert.Contains(
            ",\"gone\":638000000000000007,\"deleted\":true,\"place\":\"/var/log/pods/0.log\",\"replayed\":17,\"copyOf\":18",
            line,
            StringComparison.Ordinal);
        Assert.Equal(checkpoint, Assert.IsType<JournalEntry.Full>(Read(line)).Checkpoint with { Marks = checkpoint.Marks });
        Assert.Equal(checkpoint, Assert.IsType<JournalEntry.Full>(General(line)).Checkpoint with { Marks = checkpoint.Marks });

        var older = Content(new JournalEntry.Full(
            7, checkpoint with { Gone = 0, IsDeleted = false, Place = null, Replayed = default, CopyOf = default }));
        Assert.DoesNotContain("gone", older, StringComparison.Ordinal);
        Assert.DoesNotContain("deleted", older, StringComparison.Ordinal);
        Assert.DoesNotContain("place", older, StringComparison.Ordinal);
        Assert.DoesNotContain("replayed", older, StringComparison.Ordinal);
        Assert.DoesNotContain("copyOf", older, StringComparison.Ordinal);
        var read = Assert.IsType<JournalEntry.Full>(Read(older)).Checkpoint;
        Assert.Equal((0, false, null), (read.Gone, read.IsDeleted, read.Place));
    }

    [Fact]
    public void The_flow_of_the_line_before_is_not_read_again()
    {
        var flow = "orders";
        var line = Encoding.UTF8.GetBytes(Content(new JournalEntry.Full(7, Some.Checkpoint(1, 1))));

        Assert.Same(flow, Assert.IsType<JournalEntry.Full>(JournalFastReader.Read(line, ref flow)).Checkpoint.Flow);
    }

    [Theory]
    [InlineData("/var/log/größe.log")]
    [InlineData("/var/log/a\"b.log")]
    [InlineData("/var/log/a\\b.log")]
    [InlineData("/var/log/a\tb.log")]
    public void A_path_that_is_not_plain_ASCII_is_left_to_the_general_reader(string path)
    {
        var line = Content(new JournalEntry.Full(7, Some.Checkpoint(1, 1) with { Path = path }));

        Assert.Null(Read(line));
        Assert.Equal(path, Assert.IsType<JournalEntry.Full>(General(line)).Checkpoint.Path);
    }

    [Fact]
    public void What_is_changed_anywhere_is_read_as_the_general_reader_reads_it_or_not_at_all()
    {
        var random = new Random(20261122);
        string[] bits =
        [
            "0", "9", "-", "\"", ",", ":", "}", "]", "[", "\\u0041", "\n", "x", "A", " ", "18446744073709551615", "é", ".", "Z", "null",
            "1e3", "00",
        ];
        string[] lines =
        [
            Content(new JournalEntry.Full(7, Some.Checkpoint(1_000_001, 4096) with
            {
                Marks = [new TimeMark(Some.Time, 5), new TimeMark(Some.Time.AddTicks(10), 6)],
            })),
            Content(new JournalEntry.Full(7, Some.Checkpoint(2, 1))),
            Content(new JournalEntry.Full(7, Some.Checkpoint(3, 1) with { Gone = 638_000_000_000_000_007, Place = "/var/log/pods/0.log" })),
            Content(new JournalEntry.Full(7, Some.Checkpoint(4, 1) with { Gone = 638_000_000_000_000_007, IsDeleted = true })),
            Content(new JournalEntry.Commit(8, new StreamId(2), 8192, new Fingerprint(1024, 255), 9000, Some.Time.AddTicks(70))),
        ];
        var (same, none) = (0, 0);
        for (var round = 0; round < 60_000; round++)
        {
            var line = lines[round % lines.Length];
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                var at = random.Next(line.Length);
                var length = random.Next(0, Math.Min(3, line.Length - at));
                var digit = random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture);
                line = string.Concat(
                    line.AsSpan(0, at), random.Next(2) == 0 ? digit : bits[random.Next(bits.Length)], line.AsSpan(at + length));
            }

            if (Read(line) is not { } quick)
            {
                none++;
                continue;
            }

            same++;
            var general = General(line);
            Assert.True(Same(quick, general), line);
        }

        Assert.InRange(same, 1000, 60_000);
        Assert.InRange(none, 1000, 60_000);
    }

    [Fact]
    public void Any_line_is_written_as_the_general_writer_writes_it()
    {
        var random = new Random(20261122);
        using var quick = new JournalLineWriter();
        using var general = new JournalLineWriter();
        for (var round = 0; round < 20_000; round++)
        {
            var checkpoint = new StreamCheckpoint
            {
                Stream = new StreamId(random.NextInt64(long.MaxValue >> random.Next(63))),
                Flow = Name(random),
                Path = Name(random),
                File = new FileId(
                    (ulong)random.NextInt64() >> random.Next(64),
                    new UInt128((ulong)random.NextInt64() >> random.Next(64), (ulong)random.NextInt64())),
                Generation = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                Head = new Fingerprint(random.Next(1025), (ulong)random.NextInt64() >> random.Next(64)),
                Committed = random.NextInt64() >> random.Next(64),
                Tail = new Fingerprint(random.Next(1025), (ulong)random.NextInt64()),
                Size = random.NextInt64() >> random.Next(64),
                State = (StreamState)random.Next(4),
                At = Moment(random),
                Gone = random.Next(3) == 0 ? random.NextInt64() >> random.Next(64) : 0,
                IsDeleted = random.Next(4) == 0,
                Place = random.Next(3) == 0 ? Name(random) : null,
                Replayed = new StreamId(random.Next(3) == 0 ? random.NextInt64(1, 1 << 20) : 0),
                CopyOf = new StreamId(random.Next(3) == 0 ? random.NextInt64(1, 1 << 20) : 0),
                Marks =
                [
                    .. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(TimeMarks.Capacity + 2) : 0)
                        .Select(_ => new TimeMark(Moment(random), random.NextInt64())),
                ],
            };
            var entry = new JournalEntry.Full(random.NextInt64(), checkpoint);
            quick.Write(entry);
            general.WriteGeneral(entry);
            Assert.Equal(Encoding.UTF8.GetString(general.Written), Encoding.UTF8.GetString(quick.Written));
            quick.Clear();
            general.Clear();
        }
    }

    private static string Name(Random random)
    {
        var name = new char[random.Next(60)];
        var plain = random.Next(3) > 0;
        for (var index = 0; index < name.Length; index++)
        {
            name[index] = (char)(plain ? random.Next(0x20, 0x7f) : random.Next(0x300));
        }

        return new string(name);
    }

    private static DateTimeOffset Moment(Random random)
    {
        var ticks = random.NextInt64(DateTime.MaxValue.Ticks);
        long grain = random.Next(4) switch { 0 => 1, 1 => 10, 2 => 10_000, _ => TimeSpan.TicksPerSecond };
        return new DateTimeOffset(ticks / grain * grain, TimeSpan.Zero);
    }

    private static bool Same(JournalEntry quick, JournalEntry? general) => quick is JournalEntry.Full full
        ? general is JournalEntry.Full other && full.Sequence == other.Sequence
            && full.Checkpoint.Marks.SequenceEqual(other.Checkpoint.Marks)
            && full.Checkpoint == other.Checkpoint with { Marks = full.Checkpoint.Marks }
        : quick == general;

    private static JournalEntry? Read(string line)
    {
        var flow = "";
        return JournalFastReader.Read(Encoding.UTF8.GetBytes(line), ref flow);
    }

    private static JournalEntry? General(string line)
    {
        try
        {
            return new JournalLineReader().Parse(Encoding.UTF8.GetBytes(line + Trailer));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>A line as it is written, up to its checksum.</summary>
    private static string Content(JournalEntry entry)
    {
        using var writer = new JournalLineWriter();
        writer.Write(entry);
        return Encoding.UTF8.GetString(writer.Written[..^(Trailer.Length + 1)]);
    }
}
