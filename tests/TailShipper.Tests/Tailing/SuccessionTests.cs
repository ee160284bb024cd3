using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>The rules by which a file that holds a stream's content may be what became of the stream, row by row.</summary>
public sealed class SuccessionTests
{
    private const long Gone = 1_000_000_000;
    private const string Path = "/logs/app.log";

    [Theory]
    [InlineData(0, "Possible")]
    [InlineData(Gone - 1, "Impossible")]
    [InlineData(Gone, "Doubtful")]
    [InlineData(Gone + 1, "Possible")]
    public void A_deleted_file_cannot_be_born_again(long gone, string expected) =>
        Assert.Equal(expected, Judge(bytes: 500, gone, "/logs/other.log", born: Gone));

    [Theory]
    [InlineData(1023, "/logs/other.log", "Doubtful")]
    [InlineData(1024, "/logs/other.log", "Possible")]
    [InlineData(1024, Path, "Doubtful")]
    public void Of_the_very_moment_of_the_deletion_only_a_long_copy_elsewhere_is_one(int bytes, string path, string expected) =>
        Assert.Equal(expected, Judge(bytes, Gone, path, born: Gone));

    [Fact]
    public void Without_a_birth_time_the_last_write_tells() =>
        Assert.Equal("Impossible", Judge(bytes: 5000, Gone, "/logs/other.log", born: 0, modified: Gone + 1));

    [Theory]
    [InlineData(Gone + TimeSpan.TicksPerHour, "Possible")]
    [InlineData(Gone + TimeSpan.TicksPerSecond, "Impossible")]
    public void What_is_older_than_itself_was_copied_with_its_time(long born, string expected) =>
        Assert.Equal(expected, Judge(bytes: 20, Gone, "/logs/other.log", born, modified: Gone));

    [Theory]
    [InlineData(63, 63, 63, 0, "/logs/other.log", "Doubtful")]
    [InlineData(63, 63, 63, Gone, "/logs/other.log", "Doubtful")]
    [InlineData(63, 63, 63, Gone, "/logs/app.log.1", "Possible")]
    [InlineData(63, 63, 63, Gone, "/logs/app-20260131.log", "Possible")]
    [InlineData(63, 63, 63, Gone, Path, "Doubtful")]
    [InlineData(64, 64, 64, 0, "/logs/other.log", "Possible")]
    [InlineData(63, 63, 80, 0, "/logs/other.log", "Possible")]
    [InlineData(63, 80, 80, 0, "/logs/other.log", "Possible")]
    public void The_same_few_words_and_nothing_else_prove_nothing(
        int read, int seen, int size, long gone, string path, string expected) =>
        Assert.Equal(expected, Departed(read, gone, seen).Judge(path, Stat(size, Gone - 5, Gone - 5)).ToString());

    private static string Judge(int bytes, long gone, string path, long born, long? modified = null) =>
        Departed(bytes, gone, bytes).Judge(path, Stat(bytes, born, modified ?? Math.Max(born, Gone - 5))).ToString();

    private static FileStat Stat(long size, long born, long modified) => new(new FileId(1, 9), size, modified, born);

    private static Departed Departed(int bytes, long gone, long seen)
    {
        var content = new byte[bytes];
        var known = Fingerprint.Of(content.AsSpan(0, Math.Min(bytes, Fingerprint.MaxLength)));
        return new Departed(Path, gone, new FileIdentity(7, known, bytes, known), seen);
    }
}
