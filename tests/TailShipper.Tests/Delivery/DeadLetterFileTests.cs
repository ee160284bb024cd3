using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class DeadLetterFileTests : IDisposable
{
    private static readonly DeadLetter Letter = new(new StreamId(7), "/var/log/o \"1\".log", new ByteSpan(10, 13), "no\ngood");

    private readonly string _directory = Directory.CreateTempSubdirectory("dead-letters-").FullName;
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly DeadLetterFile _file;

    public DeadLetterFileTests() => _file = new DeadLetterFile(_directory, "orders", _clock);

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
        using var next = new DeadLetterFile(_directory, "orders", _clock);
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
