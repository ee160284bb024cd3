using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>
/// The rows in which a writer never stops; ten times and more as fast as when they were measured, so that they are short.
/// </summary>
internal static class SteadyWriting
{
    private const int Lines = 19_564;
    private const int LinesPerSecond = 2500;
    private const int Rotations = 8;

    public static async Task<LineCount> EightFilesAsync(Scene scene)
    {
        const int files = 8, perFile = 2403;
        scene.Settings.AddFlow("orders", scene.Log("*.log"));
        await scene.StartShipperAsync();
        var writers = Enumerable.Range(0, files).Select(file =>
            new LineWriter(scene.Log($"{file}.log"), 250, linesPerWrite: 1, limit: file == 0 ? perFile + 1 : perFile)).ToList();
        foreach (var writer in writers)
        {
            await writer.ReachAsync(perFile);
        }

        writers.ForEach(writer => writer.Finish());
        writers.ForEach(writer => writer.Dispose());
        return await EndAsync(scene, scene.Written());
    }

    public static async Task<LineCount> FourFilesTogetherAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("*.log"));
        await scene.StartShipperAsync();
        for (var line = 0; line < 196; line++)
        {
            for (var file = 0; file < 4; file++)
            {
                await File.AppendAllTextAsync(scene.Log($"{file}.log"), $"file {file}, line {line}\n");
            }

            await Task.Delay(10);
        }

        return await EndAsync(scene, scene.Written());
    }

    public static async Task<LineCount> RenameAsync(Scene scene, string pattern)
    {
        scene.Settings.AddFlow("orders", scene.Log(pattern));
        using var writer = new LineWriter(scene.Log("app.log"), LinesPerSecond, limit: Lines);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / (Rotations + 1));
            await scene.Shipper.SaysAsync("tailing ", rotation);
            writer.Reopen(() => File.Move(scene.Log("app.log"), scene.Log($"app.log.{rotation}")));
        }

        await writer.ReachAsync(Lines);
        return await EndAsync(scene, writer.Finish());
    }

    public static async Task<LineCount> CopyTruncateAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log*"));
        using var writer = new LineWriter(scene.Log("app.log"), LinesPerSecond, limit: Lines);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / (Rotations + 1));
            writer.Between(() => CopyAndTruncate(scene.Log("app.log"), scene.Log($"app.log.{rotation}")));
        }

        await writer.ReachAsync(Lines);
        return await EndAsync(scene, writer.Finish());
    }

    /// <summary>
    /// The copy is out of reach, so what was not read when the file was truncated is gone: the writer pauses, as for any
    /// copytruncate that is to be exact, until the shipper has read what is there.
    /// </summary>
    public static async Task<LineCount> CopyElsewhereAsync(Scene scene)
    {
        const int lines = 19_565;
        var elsewhere = scene.Directory.Make("elsewhere");
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        using var writer = new LineWriter(scene.Log("app.log"), LinesPerSecond, limit: lines);
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            await writer.ReachAsync(lines * rotation / (Rotations + 1));
            writer.Hold();
            await Eventually.TrueAsync(
                "all of it is read", () => MetricsFile.Last(scene.State, "read_lines") == writer.Count, scene.Evidence);
            CopyAndTruncate(scene.Log("app.log"), Path.Join(elsewhere, $"app.log.{rotation}"));
            writer.Resume();
        }

        await writer.ReachAsync(lines);
        return await EndAsync(scene, writer.Finish());
    }

    /// <summary>Waits until all has arrived, and stops the shipper.</summary>
    public static async Task<LineCount> EndAsync(Scene scene, LineCount written)
    {
        await scene.ArrivedAsync(written);
        Assert.True(await scene.Shipper.StopAsync() == 0, scene.Evidence());
        return written;
    }

    private static void CopyAndTruncate(string log, string copy)
    {
        File.Copy(log, copy);
        using var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }
}
