using System.Security.Cryptography;
using System.Text;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>
/// Bytes are bytes: whatever is in a line arrives as it is, or lies in the dead letters as it is. NULs are not in these lines: they are
/// padding, or show that a file is not text.
/// </summary>
public sealed class OddInputTests
{
    private const long MemoryLimit = 250L * 1024 * 1024;

    [Fact]
    public async Task Binary_garbage_and_carriage_returns_arrive_byte_for_byte()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["MaxCallsInFlight"] = 1;
        var garbage = new byte[2_000_000];
        new Random(7).NextBytes(garbage);
        garbage.AsSpan().Replace((byte)0, (byte)1);
        byte[] content = [
            .. Encoding.Latin1.GetBytes("windows\r\n\r\n\n\n\u00ff\u00fe\n"), .. garbage, .. Encoding.Latin1.GetBytes("\r\nlast\n")];
        await File.WriteAllBytesAsync(scene.Log("app.log"), content);
        await scene.StartShipperAsync();
        await TakenAsync(scene, content.Length);
        var delivered = Assert.Single(await scene.Firehose.ObjectsAsync("orders"));
        var arrived = await File.ReadAllBytesAsync(delivered);
        Assert.True(content.AsSpan().SequenceEqual(arrived), $"the bytes differ: {content.Length} written, {arrived.Length} delivered");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_of_100_MB_is_set_aside_byte_for_byte_and_holds_nobody_up(bool aggregated)
    {
        const int length = 100 * 1024 * 1024;
        using var scene = await Scene.StartAsync();
        if (aggregated)
        {
            scene.Settings.Aggregate();
        }

        var line = new byte[length];
        new Random(7).NextBytes(line);
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)0, (byte)1);
        await using (var file = File.Create(scene.Log("long.log")))
        {
            await file.WriteAsync("before\n"u8.ToArray());
            await file.WriteAsync(line);
        }

        var others = string.Concat(Enumerable.Range(0, 1000).Select(number => $"other {number}\n"));
        await File.WriteAllTextAsync(scene.Log("other.log"), others);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("is too long for a record");
        await scene.ArrivedAsync(LineCount.Of([scene.Log("other.log")]));
        await File.AppendAllTextAsync(scene.Log("long.log"), "\nafter\n");
        var expected = new LineCount();
        expected.AddBytes(Encoding.UTF8.GetBytes("before\nafter\n" + others));
        await scene.ArrivedAsync(expected);
        Assert.InRange(scene.Shipper.PeakMemory, 1, MemoryLimit);
        await scene.ExactAsync(expected);
        var kept = DeadLetterFiles.Bytes(scene.State);
        Assert.Equal(length + 1, kept.Length);
        Assert.Equal(SHA256.HashData([.. line, (byte)'\n']), SHA256.HashData(kept));
    }

    [Fact]
    public async Task A_line_that_is_just_written_waits_for_its_newline()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "whole\nhal");
        await scene.StartShipperAsync();
        await TakenAsync(scene, 6);
        await scene.Shipper.StopAsync();
        await scene.StartShipperAsync();
        await File.AppendAllTextAsync(scene.Log("app.log"), "f\n");
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task A_file_emptied_in_the_middle_of_a_line_too_long_for_a_record_is_read_from_its_start()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), new string('x', 3_000_000));
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("is too long for a record");
        await using (var file = new FileStream(scene.Log("app.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
        }

        await File.AppendAllTextAsync(scene.Log("app.log"), string.Concat(Enumerable.Range(0, 1000).Select(number => $"new {number}\n")));
        await scene.ExactAsync(scene.Written());
        Assert.Empty(DeadLetterFiles.Bytes(scene.State));
    }

    [Fact]
    public async Task What_is_no_file_is_passed_over_and_what_leads_to_one_file_is_read_once()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        Directory.CreateDirectory(scene.Log("directory.log"));
        File.CreateSymbolicLink(scene.Log("dangling.log"), scene.Log("nothing"));
        File.CreateSymbolicLink(scene.Log("loop.log"), scene.Log("loop.log"));
        File.CreateSymbolicLink(scene.Log("symbolic.log"), scene.Log("app.log"));
        Posix.HardLink(scene.Log("app.log"), scene.Log("hard.log"));
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [scene.Log("pipe.log")]))
        {
            await pipe.WaitForExitAsync();
        }

        await scene.StartShipperAsync();
        await scene.ExactAsync(LineCount.Of([scene.Log("app.log")]));
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_waited_for()
    {
        using var scene = await Scene.StartAsync("later/*.log");
        var check = await scene.CommandAsync("check");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("does not exist yet; it is checked at every scan", check.Output, StringComparison.Ordinal);
        await scene.StartShipperAsync();
        Directory.CreateDirectory(scene.Log("later"));
        await File.WriteAllTextAsync(scene.Log("later/app.log"), "one\ntwo\n");
        await scene.ExactAsync(scene.Written());
    }

    private static Task TakenAsync(Scene scene, long bytes) => Eventually.TrueAsync(
        $"{bytes} bytes are accepted", async () => await scene.Firehose.CounterAsync("orders", "BytesAccepted") >= bytes, scene.Evidence);
}
