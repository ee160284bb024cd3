using System.Globalization;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>The judge finds nothing in a trace that keeps the rules, and the right thing in each that breaks one.</summary>
public sealed class DurabilityJudgeTests
{
    // What the shipper does with two lines of which the service accepts the first at once and the second at the second
    // try, and a third that is too long: as strace prints it, shortened. A # stands for the number of bytes.
    private static readonly string Good = """
        7 openat(AT_FDCWD</>, "CHECKPOINTS.snapshot.tmp", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0640) = 5<CHECKPOINTS.snapshot.tmp>
        7 pwrite64(5<CHECKPOINTS.snapshot.tmp>, "{\"kind\":\"snapshot\"}\n{\"kind\":\"end\"}\n", 36, 0) = 36
        7 fdatasync(5<CHECKPOINTS.snapshot.tmp>) = 0
        7 openat(AT_FDCWD</>, "CHECKPOINTS.journal", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0640) = 6<CHECKPOINTS.journal>
        7 rename("CHECKPOINTS.snapshot.tmp", "CHECKPOINTS.snapshot") = 0
        7 fsync(8</s>)  = 0
        7 unlink("/s/checkpoints.0000000000.journal") = 0
        7 pwrite64(6<CHECKPOINTS.journal>, "{\"kind\":\"stream\",\"stream\":1,\"path\":\"\",\"committed\":0}\n", 52, 0) = 52
        7 fdatasync(6<CHECKPOINTS.journal> <unfinished ...>
        9 sendto(20<socket:[100]>, "CALL: 53\r\n\r\n{\"Records\":[{\"Data\":\"b25lCg==\"},", 4096, 0, NULL, 0) = #
        7 <... fdatasync resumed>) = 0
        9 sendto(20<socket:[100]>, "{\"Data\":\"dHdvCg==\"}]}", 4096, 0, NULL, 0) = #
        9 recvfrom(20<socket:[100]>, 0x7f5e09a96300, 4096, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
        9 recvfrom(20<socket:[100]>, "ANSWER: 63\r\n\r\n{\"RequestResponses\":[{\"RecordId\":\"a\"},", 4096, 0, NULL, NULL) = #
        9 recvfrom(20<socket:[100]>, "{\"ErrorCode\":\"Slow\"}]}   ", 4096, 0, NULL, NULL) = #
        7 pwrite64(6<CHECKPOINTS.journal>, "{\"kind\":\"stream\",\"stream\":2,\"path\":\"/l/a\",\"committed\":4}\n", 56, 52) = 56
        9 sendto(20<socket:[100]>, "CALL: 34\r\n\r\n{\"Records\":[{\"Data\":\"dHdvCg==\"}]}\n", 4096, 0, NULL, 0) = #
        7 fdatasync(6<CHECKPOINTS.journal>) = 0
        9 recvfrom(20<socket:[100]>, <unfinished ...>
        7 openat(AT_FDCWD</>, "/s/dead-letters/orders.jsonl", O_RDWR|O_CREAT|O_CLOEXEC, 0640) = 9</s/dead-letters/orders.jsonl>
        7 fsync(11</s/dead-letters>) = 0
        9 <... recvfrom resumed>"ANSWER: 40\r\n\r\n{\"RequestResponses\":[{\"RecordId\":\"b\"}]}\n", 4096, 0, NULL, NULL) = #
        7 pwrite64(9</s/dead-letters/orders.jsonl>, "{\"path\":\"/l/a\",\"start\":8,\"end\":14}\n", 34, 0) = 34
        7 fsync(9</s/dead-letters/orders.jsonl>) = 0
        7 pwrite64(6<CHECKPOINTS.journal>, "{\"kind\":\"commit\",\"stream\":2,\"committed\":14}\n", 42, 108) = 42
        7 fdatasync(6<CHECKPOINTS.journal>) = 0
        7 +++ exited with 0 +++
        """
        .Replace("CHECKPOINTS", "/s/checkpoints.0000000001", StringComparison.Ordinal)
        .Replace("CALL", @"POST / HTTP/1.1\r\nContent-Length", StringComparison.Ordinal)
        .Replace("ANSWER", @"HTTP/1.1 200 OK\r\nContent-Length", StringComparison.Ordinal);

    private static readonly string[] Lines = Good.Split('\n');

    [Fact]
    public void A_trace_that_keeps_the_rules_passes_and_is_seen_whole()
    {
        var judge = Judge(Lines);
        Assert.Empty(judge.Violations);
        Assert.Equal((3, 1, 1, 2, 2), (judge.Appends, judge.Snapshots, judge.Letters, judge.Accepted, judge.Offsets));
    }

    [Theory]
    [InlineData("7 fdatasync(5", "is renamed before it was synced")]
    [InlineData("7 fsync(8", "is appended to before the directory was synced")]
    [InlineData("7 fsync(8", "is deleted before its successor's name was synced")]
    [InlineData("7 fdatasync(6</s/checkpoints.0000000001.journal>) = 0", "is appended to before its last append was synced")]
    [InlineData("7 fdatasync(6</s/checkpoints.0000000001.journal>) = 0", "ended without a sync of its last append")]
    [InlineData("7 fsync(11", "says 14 of a, of which 8 were settled")]
    [InlineData("7 fsync(9", "says 14 of a, of which 8 were settled")]
    [InlineData("9 recvfrom(20<socket:[100]>, \"{", "says 4 of a, of which 0 were settled")]
    [InlineData("9 recvfrom(20<socket:[100]>, <unf|9 <... recvfrom", "says 14 of a, of which 4 were settled")]
    public void Without_a_call_that_a_rule_asks_for_it_fails(string missing, string problem)
    {
        var beginnings = missing.Split('|');
        var rest = Lines.Where(line => !Array.Exists(beginnings, beginning => line.StartsWith(beginning, StringComparison.Ordinal)))
            .ToArray();
        Assert.NotEqual(Lines.Length, rest.Length);
        Assert.Contains(Judge(rest).Violations, violation => violation.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("7 rename(", "7 fdatasync(5", "is renamed before it was synced")]
    [InlineData("7 fsync(8", "7 rename(", "is appended to before the directory was synced")]
    [InlineData("7 fsync(8", "7 openat(AT_FDCWD</>, \"/s/checkpoints.0000000001.journal", "is appended to before the directory was synced")]
    [InlineData("7 unlink(", "7 fsync(8", "is deleted before its successor's name was synced")]
    [InlineData("7 fsync(9", "7 pwrite64(9", "says 14 of a, of which 8 were settled")]
    [InlineData(
        "7 pwrite64(6</s/checkpoints.0000000001.journal>, \"{\\\"kind\\\":\\\"stream\\\",\\\"stream\\\":2",
        "9 recvfrom(20<socket:[100]>, \"{",
        "says 4 of a, of which 0 were settled")]
    [InlineData(
        "7 pwrite64(6</s/checkpoints.0000000001.journal>, \"{\\\"kind\\\":\\\"commit",
        "9 <... recvfrom",
        "says 14 of a, of which 4 were settled")]
    public void A_call_that_comes_too_early_fails(string early, string before, string problem)
    {
        var lines = Lines.ToList();
        var call = lines.Single(line => line.StartsWith(early, StringComparison.Ordinal));
        lines.Remove(call);
        lines.Insert(lines.FindIndex(line => line.StartsWith(before, StringComparison.Ordinal)), call);
        Assert.Contains(Judge(lines).Violations, violation => violation.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "7 fdatasync(5</s/checkpoints.0000000001.snapshot.tmp>) = 0",
        "7 fdatasync(5</s/checkpoints.0000000001.snapshot.tmp>) = -1 EIO (Input/output error)",
        "is renamed before it was synced")]
    [InlineData(
        "7 <... fdatasync resumed>) = 0",
        "7 <... fdatasync resumed>) = -1 EIO (Input/output error)",
        "is appended to before its last append was synced")]
    [InlineData("{\\\"ErrorCode\\\":\\\"Slow\\\"}]}   ", "{\\\"ErrorCode\\\":\\\"Slow\\\"}]}  ", "says 4 of a, of which 0 were settled")]
    [InlineData(
        "HTTP/1.1 200 OK\\r\\nContent-Length: 40", "HTTP/1.1 503 NO\\r\\nContent-Length: 40", "says 14 of a, of which 4 were settled")]
    [InlineData("\\\"committed\\\":4}", "\\\"committed\\\":5}", "says 5 of a, of which 4 were settled")]
    public void A_call_that_failed_or_says_something_else_fails(string good, string bad, string problem)
    {
        var lines = Lines.Select(line => line.Replace(good, bad, StringComparison.Ordinal)).ToArray();
        Assert.NotEqual(Lines, lines);
        Assert.Contains(Judge(lines).Violations, violation => violation.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_sync_that_began_before_a_write_ended_does_not_cover_it()
    {
        var lines = Lines.ToList();
        var write = lines.FindIndex(line => line.StartsWith("7 pwrite64(5", StringComparison.Ordinal));
        lines[write] = lines[write].Replace(" = 36", "", StringComparison.Ordinal).TrimEnd(')') + " <unfinished ...>";
        lines.Insert(write + 2, "7 <... pwrite64 resumed>) = 36");
        lines[write + 1] = "8" + lines[write + 1][1..];
        Assert.Contains(
            Judge(lines).Violations, violation => violation.Contains("is renamed before it was synced", StringComparison.Ordinal));
    }

    [Fact]
    public void A_call_that_a_kill_ended_without_a_name_counts_as_cut_short()
    {
        var call = Assert.Single(SystemCallTrace.Parse(["7 pwrite64(5</s/x>, \"abc\", 3, 0 <unfinished ...>",
            "7 <... ??? resumed>)                = ?", "7 +++ killed by SIGKILL +++"]));
        Assert.Equal(("pwrite64", -1L), (call.Name, call.Result));
    }

    [Fact]
    public void A_string_that_strace_cut_short_is_refused() =>
        Assert.Throws<FormatException>(() => SystemCallTrace.Parse(["7 pwrite64(5</s/x>, \"abc\"..., 36, 0) = 36"]));

    [Theory]
    [InlineData("\"a\\\"b\\\\c\\n\\r\\t\\0\\1779\\377\"", "a\"b\\c\n\r\t\0\u007f9\u00ff")]
    [InlineData("[{iov_base=\"ab\", iov_len=2}, {iov_base=\"c = d\", iov_len=5}]", "abc = d")]
    public void Strings_are_read_as_strace_escapes_them(string printed, string text) =>
        Assert.Equal(text, Assert.Single(SystemCallTrace.Parse([$"7 sendmsg(5<socket:[1]>, {printed}, 0) = 7"])).Text);

    private static DurabilityJudge Judge(IEnumerable<string> lines)
    {
        var logs = new TracedLogs();
        logs.Add("/l/a", "one\ntwo\nlong-\n"u8);
        var judge = new DurabilityJudge("/s", logs);
        judge.Judge(SystemCallTrace.Parse(lines.Select(Counted)), killed: false);
        return judge;
    }

    private static string Counted(string line)
    {
        if (!line.EndsWith('#'))
        {
            return line;
        }

        var text = line[line.IndexOf('"', StringComparison.Ordinal)..^4];
        var bytes = SystemCallTrace.Parse([$"7 write({text}) = 0"])[0].Text.Length;
        return line[..^1] + bytes.ToString(CultureInfo.InvariantCulture);
    }
}
