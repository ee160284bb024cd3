using System.CommandLine;

namespace Shipper.TailShipper.Commands.Completion;

/// <summary>What a shell may propose at one place of the command line.</summary>
/// <param name="Path">The commands down to this one with blanks between them; empty for the program itself.</param>
/// <param name="Description">What the command does, in a sentence.</param>
/// <param name="Commands">The names of the commands below it.</param>
/// <param name="Options">Its options, those that are valid everywhere included.</param>
/// <param name="TakesFiles">True when its arguments are files.</param>
/// <param name="Words">What its arguments may be; empty where that is not known.</param>
internal sealed record CompletedCommand(
    string Path, string Description, IReadOnlyList<string> Commands, IReadOnlyList<CompletedOption> Options, bool TakesFiles,
    IReadOnlyList<string> Words)
{
    /// <summary>Of the whole tree, from the root on.</summary>
    public static IReadOnlyList<CompletedCommand> Of(Command root) => [.. Of(root, "", [])];

    private static IEnumerable<CompletedCommand> Of(Command command, string path, IReadOnlyList<CompletedOption> inherited)
    {
        var own = command.Options.Where(option => !option.Hidden).ToList();
        var recursive = inherited.Concat(own.Where(option => option.Recursive).Select(CompletedOption.Of)).ToList();
        var below = command.Subcommands.Where(sub => !sub.Hidden).ToList();
        yield return new CompletedCommand(
            path,
            FirstSentence(command.Description),
            [.. below.Select(sub => sub.Name)],
            [.. own.Select(CompletedOption.Of), .. inherited.Where(option => own.TrueForAll(mine => mine.Name != option.Name))],
            command.Arguments.Any(argument => argument.Name == "PATH"),
            [.. command.Arguments.SelectMany(CompletedOption.WordsOf)]);
        foreach (var found in below.SelectMany(sub => Of(sub, $"{path} {sub.Name}".Trim(), recursive)))
        {
            yield return found;
        }
    }

    /// <summary>As much of a description as fits beside a word.</summary>
    internal static string FirstSentence(string? text)
    {
        var end = text?.IndexOf(". ", StringComparison.Ordinal) ?? -1;
        return (end < 0 ? text ?? "" : text![..end]).TrimEnd('.');
    }
}

/// <summary>An option, as a shell sees it.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Description">What it does, in a sentence.</param>
/// <param name="TakesValue">True when a value follows it.</param>
/// <param name="IsFile">True when the value is a file.</param>
/// <param name="Values">What the value may be; empty where that is not known.</param>
internal sealed record CompletedOption(
    string Name, IReadOnlyList<string> Aliases, string Description, bool TakesValue, bool IsFile, IReadOnlyList<string> Values)
{
    /// <summary>Of one option.</summary>
    public static CompletedOption Of(Option option) => new(
        option.Name,
        [.. option.Aliases.Where(alias => alias.StartsWith('-') && alias != option.Name).Order(StringComparer.Ordinal)],
        CompletedCommand.FirstSentence(option.Description),
        TakesValue: option.ValueType != typeof(bool) && option.ValueType != typeof(void) && option.Arity.MaximumNumberOfValues > 0,
        IsFile: option.HelpName is "FILE" or "PATH",
        option.ValueType == typeof(bool) ? []
            : [.. option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label)]);

    /// <summary>What an argument may be.</summary>
    public static IEnumerable<string> WordsOf(Argument argument) =>
        argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label);
}
