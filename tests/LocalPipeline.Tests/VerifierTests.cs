using System.IO.Compression;
using System.Text;
using Shipper.LocalPipeline.Tests.Support;
using Shipper.LocalPipeline.Verification;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class VerifierTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_same_lines_in_another_order_and_other_files_are_no_loss() =>
        Assert.Equal(new(4, 4, 0, 0, 0), Compare(["a\nb\n", "c\nd\n"], ["d\nb\n", "a\n", "c\n"]));

    [Fact]
    public void A_missing_line_is_a_loss() =>
        Assert.Equal(new(3, 2, 0, 1, 0), Compare(["a\nb\nc\n"], ["a\nc\n"]));

    [Fact]
    public void A_repeated_line_is_a_duplicate() =>
        Assert.Equal(new(2, 4, 2, 0, 0), Compare(["a\nb\n"], ["a\nb\nb\nb\n"]));

    [Fact]
    public void Equal_lines_are_counted_as_often_as_they_were_written()
    {
        Assert.Equal(new(3, 3, 0, 0, 0), Compare(["a\na\na\n"], ["a\na\na\n"]));
        Assert.Equal(new(3, 2, 0, 1, 0), Compare(["a\na\na\n"], ["a\na\n"]));
        Assert.Equal(new(3, 4, 1, 0, 0), Compare(["a\na\na\n"], ["a\na\na\na\n"]));
    }

    [Fact]
    public void A_torn_line_is_a_loss_and_unexpected() =>
        Assert.Equal(new(2, 3, 0, 1, 2), Compare(["first\nsecond\n"], ["first\nsec\nond\n"]));

    [Fact]
    public void A_replaced_line_is_found_although_the_counts_agree() =>
        Assert.Equal(new(2, 2, 1, 1, 0), Compare(["a\nb\n"], ["a\na\n"]));

    [Fact]
    public void Empty_lines_count() =>
        Assert.Equal(new(4, 3, 0, 1, 0), Compare(["\n\na\n\n"], ["a\n\n\n"]));

    [Fact]
    public void A_last_line_without_its_newline_counts() =>
        Assert.Equal(new(2, 2, 0, 0, 0), Compare(["a\nb"], ["a\nb\n"]));

    [Fact]
    public void A_carriage_return_is_part_of_its_line() =>
        Assert.Equal(new(1, 1, 0, 1, 1), Compare(["a\r\n"], ["a\n"]));

    [Fact]
    public void Nothing_is_no_loss()
    {
        var result = Compare([], []);
        Assert.Equal("input 0, unique 0, duplicate 0, loss 0 (0.00 %)", result.Line);
    }

    [Fact]
    public void Gzip_objects_with_several_members_are_decompressed()
    {
        using (var file = File.Create(_directory.At("object")))
        {
            foreach (var part in (string[])["a\n", "b\n"])
            {
                using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
                gzip.Write(Encoding.UTF8.GetBytes(part));
            }
        }

        Assert.Equal(
            new(2, 2, 0, 0, 0),
            new Verifier().Compare([_directory.Write("in", "a\nb\n")], [_directory.At("object")], null, CancellationToken.None));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(12, 2_000_000)]
    public void Partitions_and_passes_do_not_change_the_result(int partitionBits, long linesAtOnce)
    {
        var lines = Enumerable.Range(0, 5000).Select(number => $"line {number / 2}").ToList();
        var delivered = lines.Where((_, index) => index % 100 != 7).Concat(lines.Where((_, index) => index % 250 == 3)).Reverse();
        var result = Compare(
            [string.Join('\n', lines) + "\n"], [string.Join('\n', delivered) + "\n"], new Verifier(partitionBits, linesAtOnce));
        Assert.Equal(new VerificationResult(5000, 4970, 20, 50, 0), result);
    }

    [Fact]
    public void Lines_longer_than_a_block_are_read_completely()
    {
        int[] expected = [300_000, 1, 262_143, 262_144, 262_145, 0, 700_000];
        var text = string.Concat(expected.Select((length, index) => new string((char)('a' + index), length) + "\n"));
        var lengths = new List<int>();
        LineFile.Read(_directory.Write("in", text), line => lengths.Add(line.Length), _ => { }, CancellationToken.None);
        Assert.Equal(expected, lengths);
    }

    [Fact]
    public void A_damaged_object_is_an_error_and_not_a_loss()
    {
        File.WriteAllBytes(_directory.At("object"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x07, 0, 0]); // RFC 1951: block type 3 is an error
        Assert.Throws<InvalidDataException>(() => new Verifier().Compare([], [_directory.At("object")], null, CancellationToken.None));
    }

    [Fact]
    public void Progress_includes_all_bytes_and_passes()
    {
        var last = default(VerificationProgress);
        var progress = new Reports(report => last = report);
        new Verifier().Compare([_directory.Write("in", "a\nb\n")], [_directory.Write("out", "a\n")], progress, CancellationToken.None);
        Assert.Equal(2, last.Pass);
        Assert.Equal(12, last.Bytes);
    }

    [Theory]
    [InlineData(541_909, 0, "input 541909, unique 541909, duplicate 0, loss 0 (0.00 %)")]
    [InlineData(200, 1, "input 200, unique 199, duplicate 0, loss 1 (0.50 %)")]
    [InlineData(541_909, 1, "input 541909, unique 541908, duplicate 0, loss 1 (0.01 %)")]
    [InlineData(2, 2, "input 2, unique 0, duplicate 0, loss 2 (100.00 %)")]
    public void The_verdict_never_rounds_a_loss_to_zero(long input, long loss, string line) =>
        Assert.Equal(line, new VerificationResult(input, input - loss, 0, loss, 0).Line);

    private VerificationResult Compare(string[] written, string[] delivered, Verifier? verifier = null) =>
        (verifier ?? new Verifier()).Compare(
        [.. written.Select((content, index) => _directory.Write($"in{index}", content))],
        [.. delivered.Select((content, index) => _directory.Write($"out{index}", content))],
        null,
        CancellationToken.None);

    private sealed class Reports(Action<VerificationProgress> report) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => report(value);
    }
}
