using System.Globalization;
using System.Text;
using System.Text.Json;
using Shipper.DeliveryProof.Comparing;
using Shipper.ShipperTools.Comparing;
using Xunit;

namespace ShipperTools.Tests.Comparing;

public sealed class CompareCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("compare-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task All_lines_that_arrived_are_exit_code_0()
    {
        Write("app.log", "one\ntwo\n");
        Write("s3/a", "two\none\n");
        var (code, output, _) = await RunAsync(Plan("app.log", 8));
        Assert.Equal(0, code);
        Assert.Equal(
            ["Flow orders: 0.0 MB acknowledged in 1 file", $"Delivered: 1 object, 0.0 MB, in {At("s3")}",
                "input 2, unique 2, duplicate 0, loss 0 (0.00 %)"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_missing_line_is_exit_code_1_with_file_and_offset_and_repeats_with_their_object()
    {
        Write("app.log", "one\ntwo\n");
        Write("s3/a", "one\none\n");
        var (code, output, _) = await RunAsync(Plan("app.log", 8));
        Assert.Equal(1, code);
        Assert.Contains("input 2, unique 1, duplicate 1, loss 1 (50.00 %)\n", output, StringComparison.Ordinal);
        Assert.Contains($"Missing:\n  {At("app.log")} at byte 4\n", output, StringComparison.Ordinal);
        Assert.Contains($"1 object with repeats:\n  {At("s3/a")}: 1 line\n", output, StringComparison.Ordinal);
        Assert.Contains("may be in the delivery stream's buffer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_object_a_problem_of_the_plan_and_a_file_that_is_gone_are_exit_code_2()
    {
        Write("s3/a", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x07, 0, 0]);
        var (code, output, _) = await RunAsync(Plan("gone.log", 8, ", \"problems\": [{\"name\": \"/x\", \"text\": \"why\"}]"));
        Assert.Equal(2, code);
        Assert.Contains("unknown: /x: why\n", output, StringComparison.Ordinal);
        Assert.Contains($"unknown: {At("s3/a")}: its gzip is", output, StringComparison.Ordinal);
        Assert.Contains("is gone, or holds other content", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not understood")]
    [InlineData("{\"version\": 2, \"delivered\": \"/x\"}", "another version than 1")]
    [InlineData("{\"version\": 1, \"delivered\": \"/x\", \"secret\": 1}", "secret")]
    [InlineData("{\"version\": 1, \"delivered\": \"/x\", \"sources\": [{\"path\": \"/a\", \"spans\": []}]}", "has no flow")]
    [InlineData("{\"version\": 1, \"delivered\": \"/no/such/directory\"}", "/no/such/directory does not exist")]
    [InlineData("{\"version\": 1, \"delivered\": \"s3://A/b\"}", "is no name of a bucket")]
    public async Task What_cannot_be_used_is_one_error_with_exit_code_2(string plan, string error)
    {
        var (code, output, errors) = await RunAsync(plan);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(error, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_answer_as_json_has_every_figure_and_begins_with_the_heading()
    {
        Write("app.log", "one\ntwo\n");
        Write("s3/a", "one\none\nx\n");
        var (code, output, _) = await RunAsync(
            Plan("app.log", 8, ", \"json\": true, \"heading\": {\"configuration_origin\": \"--config\"}, \"streams_without_file\": 3"));
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal(1, code);
        Assert.Equal("configuration_origin", root.EnumerateObject().First().Name);
        Assert.Equal(
            ("lost", 2, 1, 1, 1, 1, 3),
            (
                root.GetProperty("answer").GetString(), root.GetProperty("input").GetInt32(), root.GetProperty("unique").GetInt32(),
                root.GetProperty("duplicate").GetInt32(), root.GetProperty("loss").GetInt32(), root.GetProperty("unexpected").GetInt32(),
                root.GetProperty("streams_without_file").GetInt32()));
        Assert.Equal((At("app.log"), 4), Place(root.GetProperty("missing")[0]));
        Assert.Equal((At("s3/a"), 4), Place(root.GetProperty("repeated")[0]));
        Assert.Equal((At("s3/a"), 8), Place(root.GetProperty("unexpected_lines")[0]));
    }

    [Fact]
    public async Task Files_are_compared_after_the_processing_of_their_flow()
    {
        Write("app.log", "1,one\n2,two\n3,left out\n");
        Write("s3/a", "{\"n\":\"2\",\"text\":\"two\"}\n{\"n\":\"1\",\"text\":\"one\"}\n");
        const string steps = """
            , "processing": {"orders": [{"Type": 14, "Pattern": "left out"}, {"Type": 0, "Names": ["n", "text"]}]}
            """;
        var (code, output, _) = await RunAsync(Plan("app.log", 23, steps));
        Assert.Equal(0, code);
        Assert.Contains("input 2, unique 2, duplicate 0, loss 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_that_are_sent_without_a_newline_cannot_be_told_apart()
    {
        Write("app.log", "a\nb\n");
        Write("s3/a", "{a\n}{b\n}");
        var (code, output, _) = await RunAsync(Plan("app.log", 4, """
            , "processing": {"orders": [{"Type": 11, "Compatibility": 1}]}
            """));
        Assert.Equal(2, code);
        Assert.Contains("2 records are sent without a newline", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_places_are_compared_with_each_other()
    {
        Write("ours/a", "one\ntwo\ntwo\n");
        Write("theirs/b", "one\ntwo\nthree\n");
        var (code, output, _) = await RunAsync(Against("ours", "theirs"));
        Assert.Equal(1, code);
        Assert.Contains($"in both 2, only in {At("ours")} 1, only in {At("theirs")} 1\n", output, StringComparison.Ordinal);
        Assert.Contains($"Of these, 1 line in both, but more often in {At("ours")}\n", output, StringComparison.Ordinal);
        Assert.Contains($"{At("theirs/b")} at byte 8\n", output, StringComparison.Ordinal);

        Write("ours/a", "one\ntwo\nthree\n");
        Assert.Equal(0, (await RunAsync(Against("ours", "theirs"))).Code);
    }

    [Fact]
    public async Task A_period_leaves_objects_out_by_their_time()
    {
        Write("app.log", "one\n");
        Write("s3/old", "one\n");
        Write("s3/new", "one\n");
        File.SetLastWriteTimeUtc(At("s3/old"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var (code, output, _) = await RunAsync(Plan("app.log", 4, ", \"from\": \"2026-02-01T00:00:00Z\""));
        Assert.Equal(0, code);
        Assert.Contains("Delivered: 1 object,", output, StringComparison.Ordinal);
        Assert.Contains("duplicate 0", output, StringComparison.Ordinal);
        Assert.Contains("duplicate 1", (await RunAsync(Plan("app.log", 4))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_says_how_much_is_read_and_how_long_it_takes()
    {
        var reading = new ComparisonProgress(false, 0.25, 1_000_000, 2_000_000_000, 500_000_000, 2_000_000_000, TimeSpan.FromSeconds(75.2));
        Assert.Equal(
            "25 %: 500 of 2,000 MB, 1,000,000 lines, 200 MB/s, 76 s to go", ProgressText.Text(reading, TimeSpan.FromSeconds(10)));
        var counting = reading with { IsCounting = true, Done = 0.9, TimeToGo = TimeSpan.FromMinutes(3.5) };
        Assert.Equal("90 %: counting the lines that differ, 4 min to go", ProgressText.Text(counting, TimeSpan.FromSeconds(10)));
    }

    private static (string? Name, int Offset) Place(JsonElement place) =>
        (place.GetProperty("name").GetString(), place.GetProperty("offset").GetInt32());

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string plan)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(plan));
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var errors = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        return (await CompareCommand.RunAsync(input, output, errors), output.ToString(), errors.ToString());
    }

    private string At(string name) => Path.Join(_root, name);

    private void Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content);
    }

    private string Plan(string file, long end, string more = "") =>
        $$"""
        {"version": 1, "delivered": {{JsonSerializer.Serialize(At("s3"))}}, "flows": ["orders"],
         "sources": [
          {"path": {{JsonSerializer.Serialize(At(file))}}, "flow": "orders", "spans": [{"start": 0, "end": {{end}}}], "encoding": "Auto"}
         ]{{more}}}
        """;

    private string Against(string delivered, string against) =>
        $$"""
        {"version": 1, "delivered": {{JsonSerializer.Serialize(At(delivered))}}, "against": {{JsonSerializer.Serialize(At(against))}}}
        """;
}
