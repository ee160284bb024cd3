using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;
using Spectre.Console;

namespace Shipper.TailShipper.Commands.Top;

/// <summary><c>tailshipper top</c>: the files that lag most or move fastest, live.</summary>
internal static class TopCommand
{
    private const int DefaultFiles = 20;
    private const int AllFiles = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var by = new Option<string>("--by")
        {
            Description = "lag (default) or rate.",
            HelpName = "ORDER",
            DefaultValueFactory = _ => "lag",
        };
        by.AcceptOnlyFromAmong("lag", "rate");
        var files = CommandLine.NumberOption("--files", "How many files to show; default 20.", least: 1, most: AllFiles);
        var json = new Option<bool>("--json") { Description = "Print them once as one JSON object, with the rates of one second." };
        var command = new ExplainedCommand(
            "top",
            "Show the files that lag most or are shipped fastest, live until q or Ctrl-C; l and r change the order. Where the output "
            + "is no terminal it prints them once.",
            ShipperHelp.StatusExitCodes,
            HelpSection.Examples(new HelpEntry("tailshipper top --by rate", "the busiest files first"))) { by, files, json };
        command.SetAction((result, cancellation) => result.GetValue(json)
            ? TopJson.RunAsync(
                loader.Load(result), result.GetValue(by) == "rate", (int)(result.GetValue(files) ?? DefaultFiles), AllFiles, Interval,
                Console.Out, cancellation)
            : RunAsync(
                loader.Load(result), result.GetValue(by) == "rate", (int)(result.GetValue(files) ?? DefaultFiles), Console.Out,
                cancellation));
        return command;
    }

    /// <summary>
    /// Draws them until <c>q</c> or Ctrl-C; without a terminal it prints them once, with the rates of one second. See
    /// <see cref="StatusExit"/>.
    /// </summary>
    public static async Task<int> RunAsync(ShipperSetup setup, bool byRate, int files, TextWriter output, CancellationToken cancellation)
    {
        var code = ExitCodes.Undetermined;
        var rates = new FileRates();
        async Task<Spectre.Console.Rendering.IRenderable> DrawAsync(bool isLive, CancellationToken ended)
        {
            var (status, problem) = await StatusQuery.AskAsync(setup, AllFiles, TimeProvider.System, ended);
            code = status is null ? ExitCodes.Undetermined : StatusExit.Of(status.Health);
            return status is null
                ? StatusScreen.Shown($"tailshipper: {problem}")
                : TopScreen.Compose(status, rates.Sample(status), byRate, files, isLive);
        }

        if (Console.IsOutputRedirected)
        {
            await DrawAsync(isLive: false, cancellation);
            await Task.Delay(Interval, TimeProvider.System, cancellation);
            LiveScreen.Show(await DrawAsync(isLive: false, cancellation), output);
            return code;
        }

        await LiveScreen.RunAsync(
            ended => DrawAsync(isLive: true, ended),
            key =>
            {
                byRate = key == 'r' || (key != 'l' && byRate);
                return key is 'r' or 'l';
            },
            cancellation);
        return code;
    }
}

/// <summary>How fast each file is shipped, from one status to the next.</summary>
internal sealed class FileRates
{
    private Dictionary<long, RateMeter> _meters = [];
    private TimeSpan? _before;

    /// <summary>Bytes a second by stream, since the status before; empty at the first.</summary>
    public IReadOnlyDictionary<long, double> Sample(StatusDocument status)
    {
        var now = status.At - DateTimeOffset.UnixEpoch;
        var meters = new Dictionary<long, RateMeter>();
        foreach (var file in status.Files)
        {
            if (!_meters.TryGetValue(file.Stream, out var meter))
            {
                meter = new RateMeter();
                if (_before is { } before)
                {
                    meter.Sample(before, 0); // a file that was not there before began at 0
                }
            }

            meter.Sample(now, file.CommittedBytes);
            meters[file.Stream] = meter;
        }

        var isFirst = _before is null;
        (_meters, _before) = (meters, now);
        return isFirst ? new Dictionary<long, double>() : meters.ToDictionary(file => file.Key, file => file.Value.PerSecond);
    }
}
