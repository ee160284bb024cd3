using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;
using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary><c>tailshipper status</c>: one screen on how the service is.</summary>
internal static class StatusCommand
{
    private const int DefaultFiles = 10;
    private const int MostFiles = 10_000;

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Refresh it every second, until q or Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "One JSON object (with --watch one a second)." };
        var files = CommandLine.NumberOption(
            "--files", "How many files to name, those that lag most first; default 10.", least: 0, most: MostFiles);
        var command = new ExplainedCommand(
            "status",
            "Show the state of the service: health with reason, flows with lag, rates and time to catch up, files by lag, throttling, "
            + "last errors, age of the checkpoints, cost. Asks the running service through its local endpoint; without one it reads the "
            + "checkpoints and the files' sizes. Who may ask: the service's user and group, and root.",
            ShipperHelp.StatusExitCodes,
            HelpSection.Examples(
                new("tailshipper status --watch", "live, with progress and time to catch up"),
                new("tailshipper status --json", "for programs"))) { watch, json, files };
        command.SetAction((result, cancellation) => result.GetValue(watch)
            ? WatchAsync(loader.Load(result), Files(result), result.GetValue(json), PipedOutput.Open(), cancellation)
            : RunAsync(loader.Load(result), Files(result), result.GetValue(json), Console.Out, cancellation));
        return command;

        int Files(ParseResult result) => (int)(result.GetValue(files) ?? DefaultFiles);
    }

    /// <summary>Prints it once; see <see cref="StatusExit"/>.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, int files, bool json, TextWriter output, CancellationToken cancellation)
    {
        var (status, problem) = await StatusQuery.AskAsync(setup, files, TimeProvider.System, cancellation);
        if (status is null)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {problem}");
            return ExitCodes.Undetermined;
        }

        if (json)
        {
            await output.WriteLineAsync(StatusJson.Write(status));
        }
        else
        {
            LiveScreen.Show(StatusScreen.Compose(status), output);
        }

        return StatusExit.Of(status.Health);
    }

    /// <summary>
    /// Refreshes it every second until <c>q</c> or Ctrl-C; the exit code is that of the last status. Without a terminal a status a second.
    /// </summary>
    public static async Task<int> WatchAsync(ShipperSetup setup, int files, bool json, TextWriter output, CancellationToken cancellation)
    {
        var code = ExitCodes.Undetermined;
        if (json || Console.IsOutputRedirected)
        {
            try
            {
                await LiveScreen.RepeatAsync(async ended => code = await RunAsync(setup, files, json, output, ended), cancellation);
            }
            catch (IOException exception) when (PipedOutput.IsBroken(exception))
            {
                // Whoever read it has seen enough.
            }

            return code;
        }

        await LiveScreen.RunAsync(
            async ended =>
            {
                var (status, problem) = await StatusQuery.AskAsync(setup, files, TimeProvider.System, ended);
                code = status is null ? ExitCodes.Undetermined : StatusExit.Of(status.Health);
                return status is null ? StatusScreen.Shown($"tailshipper: {problem}") : StatusScreen.Compose(status, isLive: true);
            },
            press: _ => false,
            cancellation);
        return code;
    }
}
