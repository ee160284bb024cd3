using Shipper.TailShipper.Hosting;
using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary><c>tailshipper top</c>: the files that lag most or move fastest, live.</summary>
internal static class TopCommand
{
    private const int AllFiles = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Draws them until Ctrl-C; without a terminal it prints them once, with the rates of one second. See <see cref="StatusExit"/>.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, bool byRate, int files, TextWriter output, CancellationToken cancellation)
    {
        var code = StatusExit.Unknown;
        var rates = new FileRates();
        async Task<Spectre.Console.Rendering.IRenderable> LookAsync()
        {
            var (status, problem) = await ServiceQuestion.AskAsync(setup.Options, AllFiles, TimeProvider.System, cancellation);
            code = status is null ? StatusExit.Unknown : StatusExit.Of(status.Health);
            return status is null ? new Text($"tailshipper: {problem}\n") : TopScreen.Compose(status, rates.Take(status), byRate, files);
        }

        if (Console.IsOutputRedirected)
        {
            await LookAsync();
            await Task.Delay(Interval, TimeProvider.System, cancellation);
            Terminal.On(output).Write(await LookAsync());
            return code;
        }

        await Terminal.On(output).Live(new Text("")).StartAsync(context => Repeat.EveryAsync(Interval, async () => context.UpdateTarget(await LookAsync()), cancellation));
        return code;
    }
}
