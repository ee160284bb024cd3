using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>The console that screens are drawn on.</summary>
internal static class Terminal
{
    // Nothing may be cut off where no terminal sets a width.
    private const int FileWidth = 160;

    /// <summary>Draws on <paramref name="output"/>; plain text where that is not a terminal.</summary>
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
}
