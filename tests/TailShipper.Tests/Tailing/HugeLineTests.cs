using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A line of 100 MB in the whole flow. With others that take much memory one after the other.</summary>
[Collection("much memory")]
public sealed class HugeLineTests
{
    private const string Path = "/logs/app.log";
    private const int Limit = 1_024_000;

    [Fact]
    public void A_line_of_100_MB_is_truncated_when_its_end_is_found_and_settles_whole()
    {
        const long Length = 100_000_000;
        var stage = Stage(OversizePolicy.Truncate);
        stage.Disk.Append(Path, "before\n");
        stage.Disk.AppendFill(Path, 'x', Length);
        stage.Start();
        stage.Run(5);
        Assert.Equal("before\n", stage.Delivered.ToString());
        stage.Kill();
        stage.Start();
        stage.Run(5);
        stage.Disk.Append(Path, "\nafter\n");
        stage.Run(10);

        var before = stage.Delivered.ToString();
        Assert.EndsWith($"{new string('x', Limit - 1)}\nafter\n", before, StringComparison.Ordinal);
        Assert.Equal(Length - Limit + 1, stage.Counters.BytesTruncated);
        Assert.Empty(stage.DeadLetters.Letters);
        stage.KillAfterCommit();
        stage.Start();
        stage.Run(5);
        Assert.Equal(before, stage.Delivered.ToString());
    }

    [Fact]
    public void A_line_of_100_MB_is_split_as_it_grows_and_goes_on_after_a_crash()
    {
        const int Length = 100_000_000;
        var stage = Stage(OversizePolicy.Split);
        stage.Disk.Append(Path, "x");
        stage.Disk.AppendFill(Path, 'x', (Length / 2) - 1);
        stage.Start();
        stage.Run(30);
        Assert.Equal(Length / 2 / (Limit - 1) * Limit, stage.Delivered.Length);
        stage.KillAfterCommit();
        stage.Disk.AppendFill(Path, 'x', Length / 2);
        stage.Disk.Append(Path, "\nafter\n");
        stage.Start();
        stage.Run(30);

        Assert.Equal("\nafter\n", stage.Delivered.ToString(stage.Delivered.Length - 7, 7));
        var lengths = LineLengths(stage.Delivered);
        Assert.Equal(Length, lengths.SkipLast(1).Sum());
        Assert.All(lengths.SkipLast(2), length => Assert.Equal(Limit - 1, length));
        Assert.Null(stage.Shipper!.Violation);
        Assert.Equal(0, stage.Counters.BytesInFlight);
        Assert.InRange(stage.Shipper.RentedBytes, 0, 64 * Chunk.Capacity);
    }

    [Fact]
    public void A_line_that_does_not_fit_into_the_dead_letters_is_not_begun_and_stops_no_other_file()
    {
        const long Length = 100_000_000;
        var stage = Stage(OversizePolicy.DeadLetter);
        stage.Options = stage.Options with { Patterns = ["/logs/*.log"] };
        stage.DeadLetters.Room = Length;
        stage.Disk.Append(Path, "before\n");
        stage.Disk.AppendFill(Path, 'x', Length);
        stage.Disk.Append(Path, "\nafter\n");
        stage.Disk.Append("/logs/other.log", "other\n");
        stage.Start();
        stage.Run(20);
        stage.Disk.Append("/logs/other.log", "more\n");
        stage.Run(20);
        Assert.Empty(stage.DeadLetters.Letters); // the line and its newline are one byte too many
        Assert.Contains("other\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("more\n", stage.Delivered.ToString(), StringComparison.Ordinal);

        stage.DeadLetters.Room = Length + 1;
        stage.Run(20);
        Assert.Equal(Length + 1, stage.DeadLetters.Length);
        Assert.EndsWith("after\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.Equal(Length + 1, stage.Counters.BytesDeadLettered);
    }

    /// <summary>Characters of each line, without its newline; a text of hundreds of megabytes is not copied for it.</summary>
    private static List<int> LineLengths(StringBuilder text)
    {
        var (lengths, length) = (new List<int>(), 0);
        foreach (var chunk in text.GetChunks())
        {
            var rest = chunk.Span;
            for (var end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
            {
                lengths.Add(length + end);
                length = 0;
                rest = rest[(end + 1)..];
            }

            length += rest.Length;
        }

        Assert.Equal(0, length);
        return lengths;
    }

    private static Stage Stage(OversizePolicy policy) => new(new StageOptions { Patterns = [Path], Oversize = policy });
}
