using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;
using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary><c>tailshipper status</c>: one screen on how the service is.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Prints it once; see <see cref="StatusExit"/>.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, int files, bool json, TextWriter output, CancellationToken cancellation)
    {
        var (status, problem) = await ServiceQuestion.AskAsync(setup.Options, files, TimeProvider.System, cancellation);
        if (status is null)
        {
            await Console.Error.WriteLineAsync($"tailshipper: {problem}");
            return StatusExit.Unknown;
        }

        if (json)
        {
            await output.WriteLineAsync(StatusJson.Write(status));
        }
        else
        {
            Terminal.On(output).Write(StatusScreen.Compose(status));
        }

        return StatusExit.Of(status.Health);
    }

    /// <summary>Draws it anew every second until Ctrl-C; the exit code is that of the last look. Without a terminal a line a second.</summary>
    public static async Task<int> WatchAsync(ShipperSetup setup, int files, bool json, TextWriter output, CancellationToken cancellation)
    {
        var code = StatusExit.Unknown;
        if (json || Console.IsOutputRedirected)
        {
            await Repeat.EveryAsync(Interval, async () => code = await RunAsync(setup, files, json, output, cancellation), cancellation);
            return code;
        }

        await Terminal.On(output).Live(new Text("")).StartAsync(context => Repeat.EveryAsync(
            Interval,
            async () =>
            {
                var (status, problem) = await ServiceQuestion.AskAsync(setup.Options, files, TimeProvider.System, cancellation);
                context.UpdateTarget(status is null ? new Text($"tailshipper: {problem}") : StatusScreen.Compose(status));
                code = status is null ? StatusExit.Unknown : StatusExit.Of(status.Health);
            },
            cancellation));
        return code;
    }
}
