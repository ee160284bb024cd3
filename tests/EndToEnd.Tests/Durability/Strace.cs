using System.Diagnostics;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>Runs the shipper under strace.</summary>
internal static class Strace
{
    private const string Program = "/usr/bin/strace";

    // Every way to write, to make durable, to name, and to talk; each whole, however long.
    private const string Calls =
        "open,openat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat," +
        "sendto,sendmsg,recvfrom,recvmsg";

    /// <summary>Skips the test, visibly, where strace is absent or may not trace.</summary>
    public static void Require()
    {
        Assert.SkipUnless(File.Exists(Program), "strace is not here.");
        using var trial = Process.Start(new ProcessStartInfo(Program, ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
        var error = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        Assert.SkipUnless(trial.ExitCode == 0, $"strace may not trace here: {error}");
    }

    /// <summary>What to start the shipper with; it stays the started process itself, so that signals reach it.</summary>
    public static IReadOnlyList<string> Command(string output) =>
        [Program, "-D", "-f", "-y", "--seccomp-bpf", "-s", "8000000", "-e", $"trace={Calls}", "-o", output];

    /// <summary>
    /// Holds up <paramref name="calls"/> of a running process, each for <paramref name="delay"/>, until the result is disposed of:
    /// then they continue.
    /// </summary>
    public static IDisposable HoldUp(int process, string calls, TimeSpan delay) =>
        new Hold(Process.Start(new ProcessStartInfo(Program, ["-f", "-q", "-o", "/dev/null", "-e", $"trace={calls}", "-e",
            $"inject={calls}:delay_enter={(long)delay.TotalMicroseconds}", "-p", $"{process}"]))!);

    /// <summary>The whole trace, once strace has written its end.</summary>
    public static async Task<IReadOnlyList<SystemCall>> ReadAsync(string output, int process)
    {
        string[] lines = [];
        await Eventually.TrueAsync(
            "the trace has its end",
            async () => EndsWith(process, lines = await File.ReadAllLinesAsync(output)),
            () => string.Join('\n', lines.TakeLast(5)));
        return SystemCallTrace.Parse(lines);
    }

    private static bool EndsWith(int process, string[] lines) =>
        lines.Length > 0 && lines[^1].StartsWith($"{process} ", StringComparison.Ordinal) && lines[^1].Contains(
            "+++", StringComparison.Ordinal);

    private sealed class Hold(Process strace) : IDisposable
    {
        public void Dispose()
        {
            strace.Kill(); // a traced process whose tracer is gone goes on
            strace.WaitForExit();
            strace.Dispose();
        }
    }
}
