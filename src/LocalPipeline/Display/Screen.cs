using Shipper.LocalPipeline.Monitoring;
using Spectre.Console;

namespace Shipper.LocalPipeline.Display;

/// <summary>Shows the state of the pipeline.</summary>
internal interface IScreen
{
    /// <summary>Shows a snapshot.</summary>
    void Show(Snapshot snapshot);
}

/// <summary>Selects the kind of screen.</summary>
internal static class Screen
{
    /// <summary>
    /// Runs <paramref name="body"/> with a table if standard output is a terminal that can move its cursor, else with plain lines.
    /// </summary>
    /// <param name="directory">Directory of all files, to be shown.</param>
    /// <param name="body">Uses the screen until it completes.</param>
    public static Task<T> RunAsync<T>(string directory, Func<IScreen, Task<T>> body)
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected || !console.Profile.Capabilities.Ansi)
        {
            return body(new PlainScreen(Console.Out));
        }

        return console.Live(new Markup(" [bold]local pipeline[/]  starting"))
            .AutoClear(false)
            .StartAsync(display => body(new TableScreen(display, directory)));
    }
}
