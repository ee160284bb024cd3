using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Lines longer than a record, in the whole flow, under each policy.</summary>
public sealed class OversizePolicyTests
{
    private const string Path = "/logs/app.log";
    private const int Limit = 1_024_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Alphabet = ["\n", "\n", "a", "b", "é", "€", "😀", "\r", ">", "abcdefghijklmnopqrstuvwxyz",
        "ééééééééé", "😀😀😀😀😀😀"];

    public static TheoryData<int, string, bool> Edges
    {
        get
        {
            var data = new TheoryData<int, string, bool>();
            foreach (var length in new[] { Limit - 1, Limit, Limit + 1, Limit + 2, (2 * Limit) - 2, (2 * Limit) - 1 })
            {
                foreach (var policy in Enum.GetNames<OversizePolicy>())
                {
                    data.Add(length, policy, false);
                    data.Add(length, policy, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Edges))]
    public void The_limit_holds_to_the_byte(int length, string named, bool isAggregated)
    {
        var policy = Enum.Parse<OversizePolicy>(named);
        var line = new string('x', length - 1);
        var stage = Stage(policy);
        stage.Options = stage.Options with { Packing = isAggregated ? new Packing(Limit, int.MaxValue) : null };
        stage.Disk.Append(Path, "before\n" + line + "\nafter\n");
        stage.Start();
        stage.Run(20);

        var isLong = length > Limit;
        var expected = !isLong ? line + "\n"
            : policy == OversizePolicy.DeadLetter ? ""
            : policy == OversizePolicy.Truncate ? line[..(Limit - 1)] + "\n"
            : length <= 2 * (Limit - 1) + 1 ? $"{line[..(Limit - 1)]}\n{line[(Limit - 1)..]}\n"
            : $"{line[..(Limit - 1)]}\n{line[(Limit - 1)..(2 * (Limit - 1))]}\n{line[(2 * (Limit - 1))..]}\n";
        Assert.True($"before\n{expected}after\n" == stage.Delivered.ToString(), $"{stage.Delivered.Length} bytes arrived");
        Assert.Equal(isLong ? 1 : 0, stage.Counters.LinesOversize);
        Assert.Equal(isLong && policy == OversizePolicy.Truncate ? length - Limit : 0, stage.Counters.BytesTruncated);
        Assert.Equal(isLong && policy == OversizePolicy.DeadLetter ? length : 0, stage.Counters.BytesDeadLettered);
        Conserved(stage, length + "before\nafter\n".Length);
    }

    [Fact]
    public void Pieces_are_whole_characters_within_the_limit_and_together_the_line()
    {
        var cases = from parts in Gen.Elements(Alphabet).ArrayOf(60)
                    from count in Gen.Choose(1, 60)
                    from raw in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
                    from bytes in Gen.Choose(1, 255).Select(value => (byte)value).ArrayOf(150)
                    from limit in Gen.Choose(5, 40)
                    from target in Gen.Choose(1, 40)
                    from isAggregated in Gen.Elements(true, false)
                    from isMultiLine in Gen.Elements(true, false)
                    from read in Gen.Elements(1, 7, int.MaxValue)
                    from stops in Gen.Choose(1, 50).ListOf(4)
                    select (content: raw ? [(byte)'x', .. bytes] // no magic number: what is no text is not shipped
                        : Encoding.UTF8.GetBytes(string.Concat(parts[..count])), limit, target, isAggregated, isMultiLine, read,
                            stops: stops.ToArray());
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var stage = Stage(OversizePolicy.Split);
            stage.Options = stage.Options with
            {
                Limits = new ServiceLimits(7, 200, sample.limit),
                Packing = sample.isAggregated ? new Packing(Math.Min(sample.target, sample.limit), int.MaxValue) : null,
                Framing = sample.isMultiLine ? Framer.MultiLine(maxBytes: sample.limit, encoding: TextEncoding.Latin1)
                    : new FramingSettings(TextEncoding.Latin1),
            };
            stage.Disk.LongestRead = sample.read;
            byte[] content = [.. sample.content, (byte)'\n'];
            var written = 0;
            foreach (var stop in sample.stops)
            {
                var next = Math.Min(content.Length, written + stop);
                stage.Disk.Append(Path, content.AsSpan(written, next - written));
                written = next;
                stage.Start();
                stage.Run(8);
                Assert.Null(stage.Shipper!.Violation);
                stage.KillAfterCommit();
            }

            stage.Disk.Append(Path, content.AsSpan(written));
            stage.Start();
            stage.Run(20);
            CheckPieces(content, Encoding.Latin1.GetBytes(stage.Delivered.ToString()), sample.limit);
            Assert.Null(stage.Shipper!.Violation);
            Assert.Equal(0, stage.Counters.BytesInFlight);
        }), 150);
    }

    [Theory]
    [InlineData(nameof(OversizePolicy.Split))]
    [InlineData(nameof(OversizePolicy.Truncate))]
    public void Lines_of_UTF_16_are_cut_as_they_are_sent(string named)
    {
        var policy = Enum.Parse<OversizePolicy>(named);
        var line = string.Concat(Enumerable.Repeat("x😀é", 20)); // 7 bytes each as UTF-8, 8 in the file
        var stage = Stage(policy);
        stage.Options = stage.Options with { Limits = new ServiceLimits(7, 200, 30), Framing = new FramingSettings(TextEncoding.Utf16LE) };
        var content = Framer.Utf16("a\n" + line + "\nb\n");
        stage.Disk.Append(Path, content);
        stage.Start();
        stage.Run(20);

        var delivered = Strict.GetString(Encoding.Latin1.GetBytes(stage.Delivered.ToString()));
        var pieces = delivered.Split('\n');
        Assert.Equal(("a", "b", ""), (pieces[0], pieces[^2], pieces[^1]));
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece) + 1, 0, 30));
        var sent = string.Concat(pieces[1..^2]);
        Assert.Equal(policy == OversizePolicy.Split ? line : string.Concat(Enumerable.Repeat("x😀é", 4)) + "x", sent);
        Assert.Equal(policy == OversizePolicy.Split ? 0 : 2 * (line.Length - sent.Length), stage.Counters.BytesTruncated);
        Assert.Equal(0, stage.Counters.CharactersReplaced);
        Conserved(stage, content.Length);
    }

    [Theory]
    [InlineData(nameof(OversizePolicy.Split))]
    [InlineData(nameof(OversizePolicy.Truncate))]
    [InlineData(nameof(OversizePolicy.DeadLetter))]
    public void A_line_without_its_newline_at_the_end_of_a_rotated_file_gets_the_same(string named)
    {
        var policy = Enum.Parse<OversizePolicy>(named);
        var stage = Stage(policy);
        stage.Disk.Append(Path, "before\n");
        stage.Disk.AppendFill(Path, 'x', Limit);
        stage.Start();
        stage.Run(3);
        stage.Disk.Rename(Path, "/logs/app.log.1");
        stage.Disk.Append(Path, "after\n");
        stage.Run(30);

        var expected = policy switch
        {
            OversizePolicy.Split => new string('x', Limit - 1) + "\nx\n",
            OversizePolicy.Truncate => new string('x', Limit - 1) + "\n",
            _ => "",
        };
        Assert.Equal(Lines.Sorted("before\nafter\n" + expected), Lines.Sorted(stage.Delivered.ToString()));
        Assert.Equal(policy == OversizePolicy.Truncate ? 1 : 0, stage.Counters.BytesTruncated);
        Assert.Equal(policy == OversizePolicy.DeadLetter ? Limit : 0, stage.DeadLetters.Length);
        Conserved(stage, Limit + "before\nafter\n".Length);
    }

    [Fact]
    public void A_file_cut_within_a_line_to_be_truncated_is_looked_at_anew()
    {
        var stage = Stage(OversizePolicy.Truncate);
        var before = Lines.Of("a", 1, 100);
        stage.Disk.Append(Path, before);
        stage.Disk.AppendFill(Path, 'x', 3_000_000);
        stage.Start();
        stage.Run(5);
        stage.Disk.Truncate(Path, before.Length + 1_500_000);
        stage.Disk.Append(Path, "\nafter\n");
        stage.Run(10);

        Assert.Equal(before + new string('x', Limit - 1) + "\nafter\n", stage.Delivered.ToString());
        Assert.Equal(1_500_000 - Limit + 1, stage.Counters.BytesTruncated);
        Assert.Null(stage.Shipper!.Violation);
    }

    private static Stage Stage(OversizePolicy policy) => new(new StageOptions { Patterns = [Path], Oversize = policy });

    private static void Conserved(Stage stage, long read)
    {
        Assert.Null(stage.Shipper!.Violation);
        Assert.Equal(0, stage.Counters.BytesInFlight);
        Assert.Equal(read, stage.Counters.BytesRead);
        Assert.Equal(read, stage.Counters.BytesAcknowledged + stage.Counters.BytesDeadLettered + stage.Counters.BytesFiltered);
    }

    /// <summary>
    /// Walks both: each line of the source is a line that arrived, or, when too long, several without the newlines between them.
    /// </summary>
    private static void CheckPieces(byte[] written, byte[] arrived, int limit)
    {
        var at = 0;
        foreach (var line in SplitLines(written))
        {
            var isText = IsUtf8(line);
            var found = 0;
            var pieces = 0;
            while (found < line.Length || pieces == 0)
            {
                var length = arrived.AsSpan(at).IndexOf((byte)'\n');
                Assert.InRange(length, 0, limit - 1);
                var piece = arrived.AsSpan(at, length);
                Assert.True(line.AsSpan(found).StartsWith(piece), "the pieces are not the line");
                Assert.True(!isText || IsUtf8(piece.ToArray()), "a character is cut");
                Assert.True(line.Length < limit || found + length == line.Length
                    || length >= limit - 4, "a piece is shorter than it need be");
                found += length;
                at += length + 1;
                pieces++;
            }

            Assert.Equal(line.Length, found);
            Assert.True(line.Length >= limit || pieces == 1, "a line that fits was cut");
        }

        Assert.Equal(arrived.Length, at);
    }

    private static List<byte[]> SplitLines(byte[] content)
    {
        var lines = new List<byte[]>();
        for (var at = 0; at < content.Length;)
        {
            var length = content.AsSpan(at).IndexOf((byte)'\n');
            lines.Add(content[at..(at + length)]);
            at += length + 1;
        }

        return lines;
    }

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            _ = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
