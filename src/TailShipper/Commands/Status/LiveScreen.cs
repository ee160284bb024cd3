using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>Screens of a terminal: drawn once, or again and again until Ctrl-C.</summary>
internal static class LiveScreen
{
    // Nothing may be cut off where no terminal sets a width.
    private const int FileWidth = 160;

    /// <summary>A console on <paramref name="output"/>; plain text where that is not a terminal.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected || !ReferenceEquals(output, Console.Out))
        {
            console.Profile.Capabilities.Ansi = false;
            console.Profile.Width = FileWidth;
        }

        return console;
    }

    /// <summary>Does something now and after every <paramref name="interval"/>; returns when cancelled.</summary>
    public static async Task RepeatAsync(TimeSpan interval, Func<Task> work, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        try
        {
            do
            {
                await work();
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Asked to.
        }
    }
}
