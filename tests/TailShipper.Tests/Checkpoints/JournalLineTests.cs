using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class JournalLineTests
{
    [Fact]
    public void The_checksum_is_CRC_32C_with_the_check_value_of_its_catalogue_entry() =>
        Assert.Equal(0xe3069283u, JournalChecksum.Of("123456789"u8));

    [Fact]
    public void A_person_can_read_a_line()
    {
        var checkpoint =
            Some.Checkpoint(1_000_001, 4096) with { Path = "/var/log/bestellungen/größe.log", Marks = [new TimeMark(Some.Time, 0)] };

        Assert.StartsWith(
            """
            {"seq":7,"kind":"stream","stream":1000001,"flow":"orders","path":"/var/log/bestellungen/größe.log",
            "device":1112396529665,"inode":1131073,"generation":638000000001000001,"head":"1024:0123456789a48fae",
            "committed":4096,"tail":"1024:0000000000001000","size":4196,"state":"active","at":"2026-01-01T00:00:00Z",
            "marks":[["2026-01-01T00:00:00Z",0]],"crc":"
            """.ReplaceLineEndings(""),
            Line(new JournalEntry.Full(7, checkpoint)),
            StringComparison.Ordinal);
        Assert.StartsWith(
            """
            {"seq":8,"kind":"commit","stream":1000001,"committed":8192,"tail":"1024:00000000000000ff","size":9000,
            "at":"2026-01-01T00:00:00.25Z","crc":"
            """.ReplaceLineEndings(""),
            Line(new JournalEntry.Commit(8, checkpoint.Stream, 8192, new Fingerprint(1024, 255), 9000, Some.Time.AddMilliseconds(250))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_is_one_JSON_object()
    {
        foreach (var entry in Kinds())
        {
            using var json = JsonDocument.Parse(Line(entry));
            Assert.Equal(entry.Sequence, json.RootElement.GetProperty("seq").GetInt64());
            Assert.Equal("crc", json.RootElement.EnumerateObject().Last().Name);
        }
    }

    [Fact]
    public void Every_kind_is_read_back_as_it_was_written() => Assert.All(Kinds(), entry => Assert.Equal(entry, Read(Line(entry))));

    [Fact]
    public void Any_checkpoint_is_read_back_as_it_was_written() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<(
                NonNull<string> Path, NonNull<string> Flow, ulong Device, ulong High, ulong Low, NonNegativeInt Offset,
                PositiveInt[] Marks)>(),
            value =>
            {
                var checkpoint = Some.Checkpoint(1, value.Offset.Get) with
                {
                    // Lone surrogates are no text; UTF-8 has no bytes for them.
                    Path = AsText(value.Path.Get),
                    Flow = AsText(value.Flow.Get),
                    File = new FileId(value.Device, new UInt128(value.High, value.Low)),
                    Generation = (long)value.High,
                    Head = new Fingerprint(64, value.Low),
                    State = (StreamState)(value.Offset.Get % 4),
                    At = Some.Time.AddTicks(value.Offset.Get),
                };
                var marks = value.Marks.Select(mark => new TimeMark(Some.Time.AddSeconds(mark.Get), mark.Get)).ToArray();

                var read = ((JournalEntry.Full)Read(Line(new JournalEntry.Full(1, checkpoint with { Marks = marks })))).Checkpoint;

                Assert.Equal(marks, read.Marks);
                Assert.Equal(checkpoint, read with { Marks = checkpoint.Marks });
            }));

    [Fact]
    public void A_line_with_any_one_byte_changed_is_refused()
    {
        var reader = new JournalLineReader();
        var line = Encoding.UTF8.GetBytes(Line(new JournalEntry.Full(7, Some.Checkpoint(1, 4096))));
        for (var position = 0; position < line.Length; position++)
        {
            for (var change = 1; change < 256; change++)
            {
                line[position] ^= (byte)change;
                Assert.False(reader.TryRead(line, out _, out var reason));
                Assert.NotEmpty(reason);
                line[position] ^= (byte)change;
            }
        }
    }

    [Fact]
    public void Members_of_a_later_version_are_passed_over_and_kinds_of_a_later_version_are_refused()
    {
        Assert.Equal(
            new JournalEntry.Forget(3, new StreamId(5)),
            Read(Signed("""{"seq":3,"kind":"forget","stream":5,"why":{"deep":["er"]}""")));
        Assert.False(
            new JournalLineReader().TryRead(Encoding.UTF8.GetBytes(Signed("""{"seq":3,"kind":"merge","stream":5""")), out _, out _));
    }

    [Theory]
    [InlineData("""{"seq":3,"kind":"commit","stream":5""")]
    [InlineData("""{"seq":3,"kind":"commit","stream":5,"committed":-1""")]
    [InlineData("""{"seq":3,"kind":"commit","stream":0,"committed":1""")]
    [InlineData("""{"kind":"forget","stream":5""")]
    [InlineData("""{"seq":"x","kind":"forget","stream":5""")]
    [InlineData("""{"seq":3,"kind":"commit","stream":5,"committed":1,"tail":"9999:00""")]
    [InlineData("""{"seq":3,"kind":"stream","stream":5,"committed":1""")]
    [InlineData("[")]
    public void A_line_without_what_it_needs_is_refused_even_with_a_good_checksum(string content) =>
        Assert.False(new JournalLineReader().TryRead(Encoding.UTF8.GetBytes(Signed(content)), out _, out _));

    internal static string Signed(string content) => $"{content},\"crc\":\"{JournalChecksum.Of(Encoding.UTF8.GetBytes(content)):x8}\"}}";

    private static IEnumerable<JournalEntry> Kinds() =>
    [
        new JournalEntry.Header(1, 1, 12, 3, 1_000_004, Some.Time),
        new JournalEntry.Full(2, Some.Checkpoint(1, 10)),
        new JournalEntry.Commit(3, new StreamId(4), 5, new Fingerprint(6, ulong.MaxValue), 7, Some.Time.AddMilliseconds(8)),
        new JournalEntry.Forget(4, new StreamId(long.MaxValue / 2)),
        new JournalEntry.Footer(5, 3),
    ];

    private static string AsText(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Line(JournalEntry entry)
    {
        using var writer = new JournalLineWriter();
        writer.Write(entry);
        var text = Encoding.UTF8.GetString(writer.Written);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        return text[..^1];
    }

    private static JournalEntry Read(string line)
    {
        Assert.True(new JournalLineReader().TryRead(Encoding.UTF8.GetBytes(line), out var entry, out var reason), reason);
        return entry is JournalEntry.Full full && full.Checkpoint.Marks.Count == 0
            ? full with { Checkpoint = full.Checkpoint with { Marks = Some.Checkpoint(1, 0).Marks } }
            : entry;
    }
}
