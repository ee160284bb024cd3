using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Records that are not plain lines: several lines together, and files in UTF-16 with a header.</summary>
public sealed class FramingTests
{
    [Fact]
    public async Task Records_of_several_lines_arrive_whole_through_a_rotation_and_a_kill()
    {
        using var scene = await Scene.StartAsync("app.log*");
        scene.Settings.Flow()["MultiLine"] = new JsonObject { ["StartPattern"] = @"^\d{4}-\d{2}-\d{2} ", ["MaxAge"] = "1h" };
        var records = Enumerable.Range(0, 3000)
            .Select(number => $"2026-01-02 failed {number}\n" +
                string.Concat(Enumerable.Range(0, number % 7).Select(line => $"   at step {number}.{line}\n"))).ToList();
        await scene.StartShipperAsync();
        for (var written = 0; written < records.Count; written += 1000)
        {
            // In the middle of a record the shipper dies; the file is renamed, and the record goes on in it.
            var text = string.Concat(records[written..(written + 1000)]);
            var half = text.LastIndexOf("   at", StringComparison.Ordinal) + 4;
            await File.AppendAllTextAsync(scene.Log("app.log"), text[..half]);
            var whole = text.LastIndexOf("2026-", half, StringComparison.Ordinal);
            await Eventually.TrueAsync(
                "the checkpoint knows", async () => await scene.CommittedAsync(scene.Log("app.log")) == whole, scene.Evidence);
            // What a kill may repeat is of no interest here: the ends of the files before this one are on the way otherwise.
            for (var before = 0; before < written; before += 1000)
            {
                var rotated = scene.Log($"app.log.{before}");
                await Eventually.TrueAsync(
                    "the rotated file is settled",
                    async () => await scene.CommittedAsync(rotated) == new FileInfo(rotated).Length,
                    scene.Evidence);
            }

            await scene.Shipper.CrashAsync();
            await File.AppendAllTextAsync(scene.Log("app.log"), text[half..]);
            File.Move(scene.Log("app.log"), scene.Log($"app.log.{written}"));
            await scene.StartShipperAsync();
        }

        await scene.ExactAsync(scene.Written());
        Assert.Equal(records.Count, await scene.Firehose.CounterAsync("orders", "RecordsAccepted"));
        Assert.Equal(0, MetricsFile.Last(scene.State, "unstarted_records"));
    }

    [Fact]
    public async Task A_file_in_UTF_16_with_a_header_arrives_as_UTF_8_without_it()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Flow()["SkipHeaderLines"] = 1;
        const string header = "Nummer;Währung\r\n";
        var lines = Enumerable.Range(0, 20_000).Select(number => $"{number};\u20ac\u0a0a😀{new string('x', number % 50)}\r\n").ToList();
        var content = Encoding.BigEndianUnicode.GetBytes("\ufeff" + header + string.Concat(lines));
        await using (var file = File.Create(scene.Log("app.log")))
        {
            await file.WriteAsync(content.AsMemory(0, 500_001)); // half a code unit
        }

        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        await scene.Shipper.StopAsync();
        await using (var file = new FileStream(scene.Log("app.log"), FileMode.Append))
        {
            await file.WriteAsync(content.AsMemory(500_001));
        }

        await scene.StartShipperAsync();
        var expected = new LineCount();
        expected.AddBytes(Encoding.UTF8.GetBytes(string.Concat(lines)));
        await scene.ExactAsync(expected);
        var metrics = MetricsFile.Read(scene.State);
        Assert.Equal(2 + (2 * header.Length), metrics.Max(line => line.GetProperty("filtered_bytes").GetInt64()));
        Assert.All(metrics, line => Assert.Equal(0, line.GetProperty("replaced_characters").GetInt64()));
    }
}
