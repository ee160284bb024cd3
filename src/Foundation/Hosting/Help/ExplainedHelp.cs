using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Hosting.Help;

/// <summary>The library's help, followed by a command's <see cref="HelpSection"/>s, in lines that fit the terminal.</summary>
internal sealed class ExplainedHelp : SynchronousCommandLineAction
{
    private const int Widest = 100;
    private const int Indent = 2;
    private const int WidestTerm = 28;

    private readonly HelpAction _library;

    /// <summary>Wraps the library's own help.</summary>
    public ExplainedHelp(HelpAction library)
    {
        _library = library;
        _library.MaxWidth = Width;
    }

    private static int Width => Console.IsOutputRedirected || Console.WindowWidth <= WidestTerm * 2
        ? Widest
        : Math.Min(Widest, Console.WindowWidth - 1);

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _library.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IExplained explained)
        {
            Write(explained.Sections, parseResult.InvocationConfiguration.Output, Width);
        }

        return code;
    }

    /// <summary>
    /// Writes sections in lines of at most <paramref name="width"/> characters, except command lines, which are never wrapped.
    /// </summary>
    internal static void Write(IEnumerable<HelpSection> sections, TextWriter output, int width)
    {
        foreach (var section in sections)
        {
            output.WriteLine(section.Title + ":");
            var terms = section.Entries.Select(entry => entry.Term.Length).Where(length => length <= WidestTerm);
            var column = terms.DefaultIfEmpty().Max() + (2 * Indent);
            foreach (var (term, text) in section.Entries)
            {
                var first = term.Length == 0 ? new string(' ', Indent) : $"{new string(' ', Indent)}{term}".PadRight(column);
                var rest = term.Length == 0 ? Indent : column;
                if (term.Length > WidestTerm)
                {
                    output.WriteLine(first.TrimEnd());
                    first = new string(' ', rest = 3 * Indent);
                }

                foreach (var line in TextWrap.Lines(text, width - rest))
                {
                    output.WriteLine((first + line).TrimEnd());
                    first = new string(' ', rest);
                }
            }

            output.WriteLine();
        }
    }
}
