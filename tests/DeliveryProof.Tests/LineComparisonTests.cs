using System.Globalization;
using System.Text;
using Shipper.DeliveryProof.Comparing;
using Shipper.DeliveryProof.Lines;
using Shipper.ObjectStorage;
using Xunit;

namespace Shipper.DeliveryProof.Tests;

public sealed class LineComparisonTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_same_lines_in_another_order_and_other_files_are_no_loss() =>
        Assert.Equal((4, 4, 0, 0, 0), Counts(await CompareAsync(["a\nb\n", "c\nd\n"], ["d\nb\n", "a\n", "c\n"])));

    [Fact]
    public async Task A_missing_line_is_a_loss() =>
        Assert.Equal((3, 2, 0, 1, 0), Counts(await CompareAsync(["a\nb\nc\n"], ["a\nc\n"])));

    [Fact]
    public async Task A_repeated_line_is_a_duplicate() =>
        Assert.Equal((2, 4, 2, 0, 0), Counts(await CompareAsync(["a\nb\n"], ["a\nb\nb\nb\n"])));

    [Theory]
    [InlineData("a\na\na\n", 3, 0, 0)]
    [InlineData("a\na\n", 2, 0, 1)]
    [InlineData("a\na\na\na\n", 4, 1, 0)]
    public async Task Equal_lines_are_counted_as_often_as_they_were_written(string delivered, long count, long duplicate, long loss) =>
        Assert.Equal((3, count, duplicate, loss, 0), Counts(await CompareAsync(["a\na\na\n"], [delivered])));

    [Fact]
    public async Task A_torn_line_is_a_loss_and_unexpected() =>
        Assert.Equal((2, 3, 0, 1, 2), Counts(await CompareAsync(["first\nsecond\n"], ["first\nsec\nond\n"])));

    [Fact]
    public async Task A_replaced_line_is_found_although_the_counts_agree() =>
        Assert.Equal((2, 2, 1, 1, 0), Counts(await CompareAsync(["a\nb\n"], ["a\na\n"])));

    [Fact]
    public async Task Empty_lines_count() => Assert.Equal((4, 3, 0, 1, 0), Counts(await CompareAsync(["\n\na\n\n"], ["a\n\n\n"])));

    [Fact]
    public async Task A_last_line_without_its_newline_counts() =>
        Assert.Equal((2, 2, 0, 0, 0), Counts(await CompareAsync(["a\nb"], ["a\nb\n"])));

    [Fact]
    public async Task A_carriage_return_is_part_of_its_line() =>
        Assert.Equal((1, 1, 0, 1, 1), Counts(await CompareAsync(["a\r\n"], ["a\n"])));

    [Fact]
    public async Task Nothing_is_no_loss() =>
        Assert.Equal("input 0, unique 0, duplicate 0, loss 0 (0.00 %)", (await CompareAsync([], [])).Line);

    [Theory]
    [InlineData(541_909, 0, "input 541909, unique 541909, duplicate 0, loss 0 (0.00 %)")]
    [InlineData(200, 1, "input 200, unique 199, duplicate 0, loss 1 (0.50 %)")]
    [InlineData(541_909, 1, "input 541909, unique 541908, duplicate 0, loss 1 (0.01 %)")]
    [InlineData(2, 2, "input 2, unique 0, duplicate 0, loss 2 (100.00 %)")]
    public void The_verdict_never_rounds_a_loss_to_zero(long input, long loss, string line) =>
        Assert.Equal(line, new ComparisonResult { Input = input, Loss = loss }.Line);

    [Fact]
    public async Task Gzip_with_several_members_and_compressed_records_within_it_are_decompressed()
    {
        _directory.Write("out/several", TemporaryDirectory.Gzip("a\n", "b\n"));
        _directory.Write("out/nested", TemporaryDirectory.Gzip(TemporaryDirectory.Gzip("c\n", "d\n")));
        _directory.Write("out/side by side", [.. TemporaryDirectory.Gzip("e\n"), .. "f\n"u8, .. TemporaryDirectory.Gzip("g\n")]);
        Assert.Equal((7, 7, 0, 0, 0), Counts(await CompareAsync(["a\nb\nc\nd\ne\nf\ng\n"], [])));
    }

    [Fact]
    public async Task Missing_lines_are_named_by_file_and_offset_and_repeats_by_object()
    {
        var result = await CompareAsync(["one\ntwo\nthree\n", "four\nfive\n"], ["one\nthree\nthree\n", "three\nfour\n"]);

        Assert.Equal(
            [new LinePlace(_directory.At("in0"), 4, 1), new LinePlace(_directory.At("in1"), 5, 1)],
            result.Missing);
        Assert.Equal(
            [new LinePlace(_directory.At("out/0"), 10, 1), new LinePlace(_directory.At("out/1"), 0, 1)],
            result.Repeated);
        Assert.Equal([new ObjectCount(_directory.At("out/0"), 1), new ObjectCount(_directory.At("out/1"), 1)], result.RepeatsByObject);
    }

    [Fact]
    public async Task A_line_that_was_never_written_is_named_by_object()
    {
        var result = await CompareAsync(["a\n"], ["a\nx\nx\n"]);
        Assert.Equal([new LinePlace(_directory.At("out/0"), 2, 2)], result.OnlyDelivered);
        Assert.Equal([new ObjectCount(_directory.At("out/0"), 2)], result.UnexpectedByObject);
    }

    [Fact]
    public async Task Only_the_first_places_are_kept_and_they_are_in_order()
    {
        var lines = string.Concat(Enumerable.Range(0, 500).Select(number => $"line {number:D4}\n"));
        var result = await CompareAsync([lines], []);
        Assert.Equal(500, result.Loss);
        var first = Enumerable.Range(0, LineComparison.MostPlaces).Select(number => 10L * number);
        Assert.Equal(first, result.Missing.Select(place => place.Offset));
    }

    [Theory]
    [InlineData("truncated", "cut off")]
    [InlineData("damaged", "damaged")]
    public async Task A_damaged_object_is_named_and_what_can_be_read_of_it_counts(string kind, string part)
    {
        var whole = TemporaryDirectory.Gzip("a\nb\n");
        if (kind == "truncated")
        {
            whole = whole[..^4];
        }
        else
        {
            whole[^1] ^= 1;
        }

        _directory.Write("out/object", whole);
        var result = await CompareAsync(["a\nb\n"], []);
        Assert.Contains(part, Assert.Single(result.Problems).Text, StringComparison.Ordinal);
        Assert.Equal(_directory.At("out/object"), result.Problems[0].Name);
        Assert.Equal(0, result.Loss);
    }

    [Fact]
    public void A_file_that_is_gone_is_a_problem_and_no_exception()
    {
        var gone = new SourceLines(new SourceFile { Path = _directory.At("gone/x"), Spans = [new SourceSpan(0, 2)] });
        var result = new LineComparison(2, _directory.Root, TimeProvider.System).Compare([gone], [], null, default);
        Assert.Contains("is gone", Assert.Single(result.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_an_error_with_the_way_out()
    {
        var lines = string.Concat(Enumerable.Range(0, 400_000).Select(number => $"{number}\n"));
        var error = await Assert.ThrowsAsync<IOException>(() => CompareAsync([lines], [], work: _directory.At("none")));
        Assert.Contains("name another directory", error.Message, StringComparison.Ordinal);
    }

    // More lines than fit into the blocks in memory, and so few at a time that every part is counted in several turns.
    [Theory]
    [InlineData(1, 250_000)]
    [InlineData(2, 50)]
    public async Task Neither_disk_nor_turns_nor_threads_change_the_result(int readers, int hashesAtOnce)
    {
        const int count = 400_000;
        var lines = Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"line {number / 2}")).ToList();
        var delivered = lines.Where((_, index) => index % 100 != 7).Concat(lines.Where((_, index) => index % 250 == 3)).Reverse().ToList();

        var result = await CompareAsync(
            [string.Join('\n', lines[..150_000]), string.Join('\n', lines[150_000..])],
            [string.Join('\n', delivered[..50_000]), string.Join('\n', delivered[50_000..])],
            readers,
            hashesAtOnce);

        Assert.Equal((count, count - 4000 + 1600, 1600, 4000, 0), Counts(result));
        Assert.Equal(1600, result.RepeatsByObject.Sum(item => item.Lines));
        Assert.Empty(Directory.EnumerateFiles(_directory.Root, "tailshipper-compare-*"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_multisets_are_compared_as_by_counting(int seed)
    {
        var random = new Random(seed);
        var (input, delivered) = (Lines(random), Lines(random));
        var (wanted, had) = (Count(input), Count(delivered));

        var result = await CompareAsync([.. Files(random, input)], [.. Files(random, delivered)], hashesAtOnce: 3);

        Assert.Equal(
            (
                input.Count,
                delivered.Count,
                wanted.Sum(line => Math.Max(0, had.GetValueOrDefault(line.Key) - line.Value)),
                wanted.Sum(line => Math.Max(0, line.Value - had.GetValueOrDefault(line.Key))),
                had.Where(line => !wanted.ContainsKey(line.Key)).Sum(line => line.Value)),
            Counts(result));
    }

    [Fact]
    public async Task Progress_ends_with_everything_done()
    {
        var reports = new List<ComparisonProgress>();
        await CompareAsync(["a\nb\n"], ["a\n"], progress: new Reports(reports.Add));
        var last = reports[^1];
        Assert.Equal((true, 1.0, 3L, 6L), (last.IsCounting, last.Done, last.Lines, last.Bytes));
        Assert.Equal(last.BytesToRead, last.BytesRead);
    }

    [Fact]
    public async Task A_comparison_can_be_ended()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CompareAsync(["a\n"], ["a\n"], stopping: stopping.Token));
    }

    private static (long Input, long Delivered, long Duplicate, long Loss, long Unexpected) Counts(ComparisonResult result)
    {
        Assert.Equal(result.Duplicate, result.RepeatsByObject.Sum(item => item.Lines));
        return (result.Input, result.Delivered, result.Duplicate, result.Loss, result.Unexpected);
    }

    private static List<string> Lines(Random random) =>
        [.. Enumerable.Range(0, random.Next(2000)).Select(_ => new string('x', random.Next(3)) + random.Next(300))];

    private static Dictionary<string, long> Count(List<string> lines) =>
        lines.GroupBy(line => line, StringComparer.Ordinal)
            .ToDictionary(line => line.Key, line => (long)line.Count(), StringComparer.Ordinal);

    private static IEnumerable<string> Files(Random random, List<string> lines)
    {
        for (var start = 0; start < lines.Count;)
        {
            var count = Math.Min(lines.Count - start, 1 + random.Next(700));
            yield return string.Concat(lines.Skip(start).Take(count).Select(line => line + "\n"));
            start += count;
        }
    }

    private async Task<ComparisonResult> CompareAsync(
        string[] input,
        string[] delivered,
        int readers = 2,
        int hashesAtOnce = 250_000,
        string? work = null,
        IProgress<ComparisonProgress>? progress = null,
        CancellationToken stopping = default)
    {
        var sources = input.Select((content, index) => new SourceLines(SourceFile.Whole(_directory.Write($"in{index}", content)))).ToList();
        Directory.CreateDirectory(_directory.At("out"));
        foreach (var (index, content) in delivered.Index())
        {
            _directory.Write($"out/{index}", Encoding.UTF8.GetBytes(content));
        }

        var store = new DirectoryStore(_directory.At("out"));
        var objects = (await store.ListAsync(default)).Select(item => new ObjectLines(store, item)).ToList();
        return new LineComparison(readers, work ?? _directory.Root, TimeProvider.System, hashesAtOnce)
            .Compare(sources, objects, progress, stopping);
    }

    private sealed class Reports(Action<ComparisonProgress> report) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value) => report(value);
    }
}
