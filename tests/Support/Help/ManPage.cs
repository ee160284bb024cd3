using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using Shipper.Foundation.Hosting.Help;

namespace Shipper.TestSupport.Help;

/// <summary>
/// The manual page of a program, made of what its help says, so that the two cannot differ. The pages in docs/man are its
/// output: a test holds them against it, and writes them anew when SHIPPER_WRITE_MAN is set.
/// </summary>
internal static class ManPage
{
    private const string WriteVariable = "SHIPPER_WRITE_MAN";

    /// <summary>The committed page, after it was written anew if that was asked for.</summary>
    public static string Committed(string program, string page)
    {
        var path = Path.Join(RepositoryRoot.Directory, "docs", "man", program + ".1");
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 })
        {
            File.WriteAllText(path, page);
        }

        return File.Exists(path) ? File.ReadAllText(path) : $"there is no {path}: run this test with {WriteVariable}=1";
    }

    /// <summary>The page, in the man macros of roff.</summary>
    public static string Write(string program, ExplainedProgram root)
    {
        var page = new StringBuilder();
        page.Append(".\\\" Made of the program's help by the tests, which write it with SHIPPER_WRITE_MAN=1.\n");
        page.Append($".TH {Escape(program.ToUpperInvariant())} 1 \"\" \"Shipper\" \"User Commands\"\n");
        var (first, rest) = (root.Description!.Split(": ")[0].Split(". ")[0].TrimEnd('.'), root.Description!);
        page.Append($".SH NAME\n{Escape(program)} \\- {Escape(char.ToLowerInvariant(first[0]) + first[1..])}\n");
        page.Append($".SH SYNOPSIS\n.B {Escape(program)}\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR]...\n");
        page.Append($".SH DESCRIPTION\n{Text(rest)}\n");
        page.Append(".SH OPTIONS\nOf every command:\n");
        Options(page, root);
        page.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands)
        {
            Command(page, program, command, root);
        }

        foreach (var section in root.Sections)
        {
            page.Append($".SH {Escape(section.Title.ToUpperInvariant())}\n");
            Entries(page, section);
        }

        return page.ToString();
    }

    private static void Command(StringBuilder page, string before, Command command, ExplainedProgram root)
    {
        var name = $"{before} {command.Name}";
        var arguments = command.Arguments.Select(argument => $" {argument.Name}{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}");
        page.Append($".SS {Quote(name + string.Concat(arguments))}\n");
        page.Append($"{Text(command.Description!)}\n");
        foreach (var argument in command.Arguments)
        {
            Item(page, argument.Name, argument.Description!);
        }

        Options(page, command);
        foreach (var section in (command as IExplained)?.Sections ?? [])
        {
            if (!root.Sections.Contains(section))
            {
                page.Append($".P\n{Escape(section.Title)}:\n");
                Entries(page, section);
            }
        }

        foreach (var below in command.Subcommands)
        {
            Command(page, name, below, root);
        }
    }

    private static void Options(StringBuilder page, Command command)
    {
        foreach (var option in command.Options.Where(option => !option.Hidden))
        {
            var shown = option.Aliases.Prepend(option.Name).Where(name => option is not HelpOption || name is "--help" or "-h");
            var names = string.Join(", ", shown.OrderBy(name => name.Length));
            Item(page, option.HelpName is { } value ? $"{names} {value}" : names, option.Description ?? "");
        }
    }

    private static void Entries(StringBuilder page, HelpSection section)
    {
        foreach (var (term, text) in section.Entries)
        {
            if (term.Length > 0)
            {
                Item(page, term, text);
            }
            else
            {
                page.Append($".P\n{Text(text)}\n");
            }
        }
    }

    private static void Item(StringBuilder page, string term, string text) =>
        page.Append($".TP\n\\fB{Escape(term)}\\fR\n{(text.Length == 0 ? "\\&" : Text(text))}\n");

    private static string Text(string text) => text[0] is '.' or '\'' ? "\\&" + Escape(text) : Escape(text);

    private static string Quote(string text) => $"\"{Escape(text).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"";

    private static string Escape(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
}
