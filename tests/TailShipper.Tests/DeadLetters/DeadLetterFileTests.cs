using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.DeadLetters;

public sealed class DeadLetterFileTests : IDisposable
{
    private static readonly DeadLetter Letter = new(new StreamId(7), "/var/log/o \"1\".log", new ByteSpan(10, 13), "no\ngood");

    private static readonly DeadLetter Part = Letter with { Line = new ByteSpan(10, 75_010), Encoding = null };

    private readonly string _directory = Directory.CreateTempSubdirectory("dead-letters-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly RecordingLogger<DeadLetterDirectory> _log = new();
    private readonly List<string?> _health = [];
    private readonly DeadLetterFile _file;
    private DeadLetterDirectory? _space;
    private long _removed;

    public DeadLetterFileTests() => _file = Open();

    private string Today => Path.Join(_directory, "orders-20260102.jsonl");

    public void Dispose()
    {
        _file.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_dead_letter_is_one_line_of_JSON_with_its_bytes_as_they_were()
    {
        byte[] bytes = [0, 0xFF, 13, 10];
        _file.Append(Letter, bytes);
        _file.Sync();
        var line = Assert.Single(Read(Today));
        Assert.Equal("orders", line.GetProperty("flow").GetString());
        Assert.Equal(Letter.Path, line.GetProperty("path").GetString());
        Assert.Equal(7, line.GetProperty("stream").GetInt64());
        Assert.Equal((10, 13), (line.GetProperty("start").GetInt64(), line.GetProperty("end").GetInt64()));
        Assert.Equal(Letter.Reason, line.GetProperty("reason").GetString());
        Assert.Equal(bytes, line.GetProperty("data").GetBytesFromBase64());
        Assert.Equal(_clock.GetUtcNow(), line.GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public void Each_day_has_its_file()
    {
        _file.Append(Letter, "a\n"u8);
        _clock.Advance(TimeSpan.FromDays(1));
        _file.Append(Letter, "b\n"u8);
        _file.Append(Letter, "c\n"u8);
        Assert.Single(Read(Today));
        Assert.Equal(2, Read(Path.Join(_directory, "orders-20260103.jsonl")).Count);
    }

    [Fact]
    public void A_restart_appends()
    {
        _file.Append(Letter, "a\n"u8);
        _file.Dispose();
        using var next = Open();
        next.Append(Letter, "b\n"u8);
        Assert.Equal(2, Read(Today).Count);
    }

    [Fact]
    public void A_line_torn_by_a_crash_does_not_swallow_the_next_one()
    {
        File.WriteAllText(Today, "{\"at\":\"2026-01-02T01:00:00+00:00\",\"flo");
        _file.Append(Letter, "a\n"u8);
        _file.Append(Letter, "b\n"u8);
        var lines = Encoding.UTF8.GetString(Bytes(Today)).TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_an_IO_error_and_heals()
    {
        Directory.CreateDirectory(Today);
        Assert.ThrowsAny<IOException>(() => _file.Append(Letter, "a\n"u8));
        Assert.ThrowsAny<IOException>(() => _file.Append(Letter, "a\n"u8));
        Directory.Delete(Today);
        _file.Append(Letter, "a\n"u8);
        _file.Sync();
        Assert.Single(Read(Today));
    }

    [Fact]
    public void A_new_day_that_cannot_begin_is_an_IO_error_and_heals()
    {
        _file.Append(Letter, "a\n"u8);
        _clock.Advance(TimeSpan.FromDays(1));
        var tomorrow = Path.Join(_directory, "orders-20260103.jsonl");
        Directory.CreateDirectory(tomorrow);
        Assert.ThrowsAny<IOException>(() => _file.Append(Letter, "b\n"u8));
        _file.Sync();
        Assert.ThrowsAny<IOException>(() => _file.Append(Letter, "b\n"u8));
        Directory.Delete(tomorrow);
        _file.Append(Letter, "b\n"u8);
        Assert.Single(Read(Today));
        Assert.Single(Read(tomorrow));
    }

    [Fact]
    public void A_file_that_was_removed_is_made_again()
    {
        _file.Append(Letter, "a\n"u8);
        File.Delete(Today);
        _file.Append(Letter, "b\n"u8);
        Assert.Equal("b\n"u8.ToArray(), Assert.Single(Read(Today)).GetProperty("data").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("orders-20260102.jsonl", "orders", 0)]
    [InlineData("orders-20260102.7.jsonl", "orders", 7)]
    [InlineData("a-20260101-20260102.jsonl", "a-20260101", 0)]
    [InlineData("a-20260101.1-20260102.3.jsonl", "a-20260101.1", 3)]
    [InlineData("orders-20260102.0.jsonl", null, 0)]
    [InlineData("orders-20261302.jsonl", null, 0)]
    [InlineData("orders-20260102.1.marks", null, 0)]
    [InlineData("-20260102.jsonl", null, 0)]
    public void A_name_tells_flow_day_and_number(string name, string? flow, int number)
    {
        var parsed = DeadLetterName.Parse(name);
        Assert.Equal(flow is null ? null : new DeadLetterName(flow, new DateOnly(2026, 1, 2), number), parsed);
        Assert.Equal(flow is null ? "" : name, parsed?.ToString() ?? "");
    }

    [Fact]
    public void A_full_file_is_followed_by_the_next_of_its_day_also_after_a_restart()
    {
        using var file = Open(maxFileBytes: 1300);
        for (var letter = 0; letter < 7; letter++)
        {
            file.Append(Letter, new byte[300]);
        }

        using var next = Open(maxFileBytes: 1300);
        next.Append(Letter, new byte[5000]); // one that is larger than a file may be has one to itself
        next.Append(Letter, new byte[300]);
        var names = DeadLetterName.List(_directory).Select(found => found.Name.Number);
        Assert.Equal([0, 1, 2, 3, 4, 5], names);
        Assert.Equal([2, 2, 2, 1, 1, 1], DeadLetterName.List(_directory).Select(found => Read(found.Path).Count));
    }

    [Fact]
    public void When_there_is_no_more_room_nothing_is_set_aside_until_someone_makes_some()
    {
        using var file = Open(maxFileBytes: 1000, maxBytes: 2000);
        file.Append(Letter, new byte[300]);
        file.Append(Letter, new byte[300]);
        file.Append(Letter, new byte[300]);
        var before = Bytes(Today);
        var full = Assert.Throws<DeadLettersUnavailableException>(() => file.Append(Letter, new byte[300]));
        Assert.Contains("tailshipper deadletters resend", full.Message, StringComparison.Ordinal);
        Assert.Contains("Shipper:DeadLetters:MaxBytes allows 2,000", _health[^1], StringComparison.Ordinal);
        Assert.Throws<DeadLettersUnavailableException>(() => file.Append(Letter, new byte[300]));
        Assert.Equal(before, Bytes(Today));
        Assert.Equal(0, _removed);

        File.Delete(Today);
        file.Append(Letter, new byte[300]);
        file.Sync();
        Assert.Null(_health[^1]);
        Assert.InRange(Directory.EnumerateFiles(_directory).Sum(path => new FileInfo(path).Length), 1, 2000);
    }

    [Fact]
    public void The_room_is_that_of_all_flows_together()
    {
        using var orders = Open(maxFileBytes: 1000, maxBytes: 1500);
        using var other = new DeadLetterFile(_space!, "other", _health.Add, _ => { }, _clock);
        other.Append(Letter, new byte[300]);
        other.Append(Letter, new byte[300]);
        Assert.Throws<DeadLettersUnavailableException>(() => orders.Append(Letter, new byte[300]));
    }

    [Fact]
    public void The_oldest_file_goes_only_where_that_was_asked_for_and_its_letters_are_counted()
    {
        using var file = Open(maxFileBytes: 1300, maxBytes: 2700, FullPolicy.RemoveOldest);
        for (var letter = 0; letter < 5; letter++)
        {
            file.Append(Letter with { Span = new ByteSpan(letter, letter + 1) }, new byte[300]);
        }

        file.Sync();
        Assert.Equal(2, _removed);
        Assert.False(File.Exists(Today));
        var said = Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Contains("orders-20260102.jsonl was removed to make room for new dead letters: 2 that were not resent are lost",
            said.Text, StringComparison.Ordinal);
        Assert.Null(_health[^1]);
    }

    [Fact]
    public void Letters_that_were_resent_make_room_first_and_nothing_is_lost_by_it()
    {
        using var file = Open(maxFileBytes: 1300, maxBytes: 2700);
        for (var letter = 0; letter < 4; letter++)
        {
            file.Append(Letter with { Span = new ByteSpan(letter, letter + 1) }, new byte[300]);
        }

        Assert.Throws<DeadLettersUnavailableException>(() => file.Append(Letter, new byte[300]));
        Mark(new DeadLetterReader(Today).Read().Take(1));
        Assert.Throws<DeadLettersUnavailableException>(() => file.Append(Letter, new byte[300]));
        Mark(new DeadLetterReader(Today).Read().Skip(1));
        file.Append(Letter, new byte[300]);
        Assert.False(File.Exists(Today));
        Assert.Equal(0, _removed);
        Assert.Equal(3, DeadLetterName.List(_directory).Sum(found => Read(found.Path).Count));
        Assert.DoesNotContain(_log.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public void A_part_of_a_line_says_which_line_and_in_which_encoding()
    {
        _file.Append(Letter with { Line = new ByteSpan(5, 500), Encoding = "utf-16be" }, "a\n"u8);
        var line = Assert.Single(Read(Today));
        Assert.Equal((5, 500, "utf-16be"), (
            line.GetProperty("line_start").GetInt64(), line.GetProperty("line_end").GetInt64(), line.GetProperty("encoding").GetString()));
        var stored = Assert.Single(new DeadLetterReader(Today).Read());
        Assert.Equal(Letter with { Line = new ByteSpan(5, 500), Encoding = "utf-16be" }, stored.Letter);
        Assert.Equal(("orders", _clock.GetUtcNow(), "a\n"), (stored.Flow, stored.At, Encoding.UTF8.GetString(stored.Read())));
    }

    [Fact]
    public void What_is_no_letter_is_passed_over_and_counted_and_what_is_being_written_is_not_there_yet()
    {
        _file.Append(Letter, "a\n"u8);
        _file.Append(Letter, new byte[700_000]);
        _file.Dispose();
        var whole = File.ReadAllText(Today);
        File.WriteAllText(Today, "{\"at\":\"2026-01-02T01:00\n" + whole + "garbage\n{}\n" + whole.Replace(
            "\"data\":\"", "\"data\":\"*", StringComparison.Ordinal) + whole[..^1]);
        var reader = new DeadLetterReader(Today);
        var letters = reader.Read().ToList();
        Assert.Equal(5, reader.Damaged);
        Assert.Equal([2, 700_000, 2], letters.Select(letter => letter.Bytes));
        Assert.Equal("a\n"u8.ToArray(), letters[2].Read());
        Assert.Equal(letters[0].Id, letters[2].Id);
        Assert.NotEqual(letters[0].Id, letters[1].Id);
    }

    [Fact]
    public void A_flow_whose_share_is_spent_waits_and_does_not_stop_another()
    {
        var options = new DeadLettersOptions { MaxFileBytes = 1 << 16, MaxBytes = 400_000 };
        var space = new DeadLetterDirectory(_directory, options, _log, () => 2);
        using var full = new DeadLetterFile(space, "full", _health.Add, letters => _removed += letters, _clock);
        using var other = new DeadLetterFile(space, "other", _health.Add, letters => _removed += letters, _clock);
        full.Append(Letter, new byte[100_000]);
        var refused = Assert.Throws<DeadLettersUnavailableException>(() => full.Append(Letter, new byte[100_000]));
        Assert.Contains("its share is 200000", refused.Message, StringComparison.Ordinal);
        other.Append(Letter, new byte[100_000]);
        full.Append(Letter, new byte[1000]); // what fits is kept
    }

    [Fact]
    public void Only_its_own_letters_are_removed_for_a_flow_whose_share_is_spent()
    {
        var options = new DeadLettersOptions { MaxFileBytes = 1 << 16, MaxBytes = 400_000, WhenFull = FullPolicy.RemoveOldest };
        var space = new DeadLetterDirectory(_directory, options, _log, () => 2);
        using var full = new DeadLetterFile(space, "full", _health.Add, letters => _removed += letters, _clock);
        using var other = new DeadLetterFile(space, "other", _health.Add, letters => _removed += letters, _clock);
        other.Append(Letter, new byte[100_000]);
        _clock.Advance(TimeSpan.FromDays(1));
        full.Append(Letter, new byte[100_000]);
        _clock.Advance(TimeSpan.FromDays(1));
        full.Append(Letter, new byte[100_000]);
        Assert.Equal(1, _removed);
        Assert.Equal(
            ["full-20260104.jsonl", "other-20260102.jsonl"],
            Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(nameof(FullPolicy.Wait))]
    [InlineData(nameof(FullPolicy.RemoveOldest))]
    public void A_line_that_can_never_fit_is_not_begun_and_nothing_is_removed_for_it(string whenFull)
    {
        using var file = Open(maxBytes: 100_000, whenFull: Enum.Parse<FullPolicy>(whenFull));
        file.Append(Letter, new byte[300]);
        file.Sync();
        var before = Bytes(Today);
        var refused = Assert.Throws<DeadLettersUnavailableException>(() => file.MakeRoom(Part, 75_000, 10_000));
        Assert.Contains("divided by the number of flows, allows 100,000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set Oversize of the flow to Split or Truncate", _health[^1], StringComparison.Ordinal);
        Assert.Equal(before, Bytes(Today));
        Assert.Equal(0, _removed);
        Assert.Throws<DeadLettersUnavailableException>(() => file.MakeRoom(Part, 1L << 40, 10_000)); // a sparse file of a terabyte
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(10_000)]
    [InlineData(30_000)]
    [InlineData(70_001)]
    public void There_is_room_for_all_parts_of_a_line_or_for_none(int length)
    {
        const int PartBytes = 10_000;
        using var unlimited = Open();
        for (var at = 0; at < length; at += PartBytes)
        {
            var bytes = Math.Min(PartBytes, length - at);
            unlimited.Append(Part with { Span = new ByteSpan(at, at + bytes) }, new byte[bytes]);
        }

        unlimited.Sync();
        var needed = Bytes(Today).Length;
        File.Delete(Today);
        using var tooSmall = Open(maxBytes: needed - 1);
        Assert.Throws<DeadLettersUnavailableException>(() => tooSmall.MakeRoom(Part, length, PartBytes));
        Assert.False(File.Exists(Today));
        using var enough = Open(maxBytes: needed + (200 * ((length / PartBytes) + 1)));
        enough.MakeRoom(Part, length, PartBytes);
    }

    private DeadLetterFile Open(long maxFileBytes = 1 << 20, long maxBytes = 0, FullPolicy whenFull = FullPolicy.Wait)
    {
        _space = new DeadLetterDirectory(
            _directory, new DeadLettersOptions { MaxFileBytes = maxFileBytes, MaxBytes = maxBytes, WhenFull = whenFull }, _log);
        return new DeadLetterFile(_space, "orders", _health.Add, letters => _removed += letters, _clock);
    }

    private void Mark(IEnumerable<StoredDeadLetter> letters)
    {
        using var marks = ResentDeadLetters.Load(_directory);
        marks.Begin(_clock.GetUtcNow());
        letters.ToList().ForEach(letter => marks.Done(letter.Id, _clock.GetUtcNow()));
        marks.Sync();
    }

    private static List<JsonElement> Read(string path)
    {
        var text = Encoding.UTF8.GetString(Bytes(path));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
