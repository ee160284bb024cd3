using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What a command leaves behind on a terminal.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("check")]
    [InlineData("explain /none")]
    [InlineData("status")]
    public async Task Keypad_and_cursor_keys_are_as_before(string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils) is not here.");
        using var scene = Scene.Quiet();
        var environment = new Dictionary<string, string?> { ["TERM"] = "xterm-256color" };
        using var probe = new ServiceProcess(
            "tailshipper", [], environment, before: ["bash", "-c", $"exec script -qec \"'$0' {command}\" /dev/null"]);
        await probe.ExitAsync();
        var switched = probe.Output.LastIndexOf("\e[?1h", StringComparison.Ordinal);
        Assert.True(switched >= 0, "nothing was switched: this test shows nothing\n" + probe.Output);
        Assert.True(probe.Output.LastIndexOf("\e[?1l", StringComparison.Ordinal) > switched, probe.Output);
    }
}
