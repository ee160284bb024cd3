using Shipper.LocalPipeline.Monitoring;
using Spectre.Console;

namespace Shipper.LocalPipeline.Display;

/// <summary>Chooses how to show the pipeline, and shows it while something runs.</summary>
internal static class Screen
{
    /// <summary>Runs <paramref name="body"/> with a table when standard output is a terminal that can move its cursor, else with plain lines.</summary>
    /// <param name="directory">Where everything is written, for the screen.</param>
    /// <param name="body">What to show.</param>
    public static Task<T> RunAsync<T>(string directory, Func<IScreen, Task<T>> body)
    {
        var console = AnsiConsole.Console;
        return Console.IsOutputRedirected || !console.Profile.Capabilities.Ansi
            ? body(new PlainScreen(Console.Out))
            : console.Live(new Markup(" [bold]local pipeline[/]  starting")).AutoClear(false).StartAsync(display => body(new TableScreen(display, directory)));
    }
}

/// <summary>Where the state of the pipeline is shown.</summary>
internal interface IScreen
{
    /// <summary>Shows a moment.</summary>
    void Show(Snapshot snapshot);
}
