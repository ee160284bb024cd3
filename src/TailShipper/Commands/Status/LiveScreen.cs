using Shipper.TailShipper.Commands.Shared;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>Screens of a terminal: drawn once, or again and again until <c>q</c> or Ctrl-C.</summary>
internal static class LiveScreen
{
    // Nothing may be cut off where no terminal sets a width.
    private const int FileWidth = 4096;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>A console on <paramref name="output"/>; plain text where that is not a terminal.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = !Console.IsOutputRedirected && ReferenceEquals(output, Console.Out);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(isTerminal ? TerminalText.Writer(output) : output),
        });
        if (!isTerminal)
        {
            console.Profile.Capabilities.Ansi = false;
            console.Profile.Width = FileWidth;
        }

        return console;
    }

    /// <summary>Prints it once.</summary>
    public static void Show(IRenderable screen, TextWriter output)
    {
        var console = On(output);
        console.Write(screen);
    }

    /// <summary>
    /// Draws now, after every second and after every key that means something, until <c>q</c>, Esc or Ctrl-C. Use it on terminals only.
    /// </summary>
    /// <param name="draw">Gives the picture.</param>
    /// <param name="press">Takes other keys: true when the picture changes with one.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task<IRenderable>> draw, Func<char, bool> press, CancellationToken cancellation)
    {
        using var signal = new UntilSignal(cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(signal.Token);
        var console = On(Console.Out);
        try
        {
            await console.Live(new Text("")).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
            {
                while (true)
                {
                    context.UpdateTarget(await draw(ended.Token));
                    await WaitAsync(press, ended);
                }
            });
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>Does something now and after every second, until Ctrl-C or cancelled.</summary>
    public static async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var signal = new UntilSignal(cancellation);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        try
        {
            do
            {
                await work(signal.Token);
            }
            while (await timer.WaitForNextTickAsync(signal.Token));
        }
        catch (OperationCanceledException)
        {
            // Asked to.
        }
    }

    private static async Task WaitAsync(Func<char, bool> press, CancellationTokenSource ended)
    {
        for (var waited = TimeSpan.Zero; waited < Interval; waited += KeyInterval)
        {
            await Task.Delay(KeyInterval, TimeProvider.System, ended.Token);
            while (!Console.IsInputRedirected && Console.KeyAvailable)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key is ConsoleKey.Q or ConsoleKey.Escape)
                {
                    await ended.CancelAsync();
                }
                else if (press(char.ToLowerInvariant(key.KeyChar)))
                {
                    return;
                }
            }
        }
    }
}
