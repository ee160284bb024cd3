using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Rotation by rename, with a writer at full speed: rename(2) and open(2) as mv and loggers do.</summary>
public sealed class RenameRotationTests
{
    private const int Lines = 20_000;

    [Theory]
    [InlineData("app.log")]
    [InlineData("app.log*")]
    public async Task Renamed_and_created_again_at_speed_every_line_arrives_once(string pattern)
    {
        using var scene = await Scene.StartAsync(pattern);
        using var writer = new LineWriter(scene.Log("app.log"), 8000);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= 4; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / 5);

            // A file that comes and is renamed away between two scans nobody saw under an exact name.
            await scene.Shipper.SaysAsync("tailing ", rotation);
            Rename(scene, writer, $"app.log.{rotation}");
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Rotated_faster_than_the_scan_every_line_arrives_once_under_a_pattern_that_covers_the_rotated_names()
    {
        using var scene = await Scene.StartAsync("app.log*");
        scene.Settings.Section["ScanInterval"] = "1s";
        using var writer = new LineWriter(scene.Log("app.log"), 8000);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= 20; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / 21);
            Rename(scene, writer, $"app.log.{rotation}");
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Numbered_names_that_all_move_up_at_each_rotation_are_followed()
    {
        using var scene = await Scene.StartAsync("app.log*");
        using var writer = new LineWriter(scene.Log("app.log"), 8000);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= 5; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / 6);
            writer.Reopen(() =>
            {
                for (var number = rotation - 1; number >= 1; number--)
                {
                    File.Move(scene.Log($"app.log.{number}"), scene.Log($"app.log.{number + 1}"));
                }

                File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
            });
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Theory]
    [InlineData("app.log", 1)]
    [InlineData("app.log*", 3)]
    public async Task Rotated_while_the_shipper_is_stopped_nothing_is_lost_or_repeated(string pattern, int rotations)
    {
        using var scene = await Scene.StartAsync(pattern);
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(4000);
        await scene.Shipper.SaysAsync("tailing");
        Assert.Equal(0, await scene.Shipper.StopAsync());
        for (var rotation = 1; rotation <= rotations; rotation++)
        {
            await writer.ReachAsync(5000 + (rotation * 1000));
            Rename(scene, writer, $"app.log.{rotation}");
        }

        await writer.ReachAsync(6000 + (rotations * 1000));
        await scene.StartShipperAsync();
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task A_writer_that_goes_on_in_the_rotated_file_for_a_while_loses_nothing()
    {
        using var scene = await Scene.StartAsync("app.log");
        scene.Settings.Section["RotateWait"] = "5m"; // that each write begins it anew is for tests with a clock of their own
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing");
        await using (
            var late = new FileStream(scene.Log("app.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0))
        {
            File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
            await File.WriteAllTextAsync(scene.Log("app.log"), "new\n");
            await scene.Shipper.SaysAsync("was rotated");
            for (var line = 0; line < 5; line++)
            {
                await Task.Delay(300);
                await late.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"late {line}\n"));
            }
        }

        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task A_line_that_comes_after_the_rotated_file_was_closed_arrives_too_where_the_pattern_covers_it()
    {
        using var scene = await Scene.StartAsync("app.log*");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing");
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "new\n");
        await scene.Shipper.SaysAsync("bytes are settled, and it is closed");
        await File.AppendAllTextAsync(scene.Log("app.log.1"), "very late\n");
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task The_last_line_of_a_rotated_file_without_newline_arrives_as_a_line()
    {
        using var scene = await Scene.StartAsync("app.log");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing");
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "three\n");
        await scene.ExactAsync(scene.Written());
        var text = string.Concat((await scene.Firehose.ObjectsAsync("orders")).Select(File.ReadAllText));
        Assert.Contains("two\n", text, StringComparison.Ordinal);
    }

    private static void Rename(Scene scene, LineWriter writer, string name) =>
        writer.Reopen(() => File.Move(scene.Log("app.log"), scene.Log(name)));
}
