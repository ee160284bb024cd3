using System.CommandLine;
using System.CommandLine.Parsing;
using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Hosting.Help;

/// <summary>What is wrong with a command line, in sentences that say what to write instead.</summary>
internal static class UsageErrors
{
    /// <summary>Every error, in the order of the words; empty where the line can be carried out.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
        {
            return []; // help is given whatever else the line says
        }

        var unknown = Unknown(parsed).ToList();
        return
        [
            .. unknown,
            .. parsed.Errors.Select(error => error.Message)
                .Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)))
                .Select(message => IsCommandMissing(parsed, message) ? Missing(parsed) : message.TrimEnd('.'))
                .Where(message => unknown.Count == 0 || message.Length > 0).Distinct(),
        ];
    }

    // An option that is not known leaves the words after it without meaning.
    private static IEnumerable<string> Unknown(ParseResult parsed)
    {
        var wasOption = false;
        foreach (var word in parsed.UnmatchedTokens)
        {
            var isOption = IsOption(word);
            if (isOption || !wasOption)
            {
                yield return isOption ? UnknownOption(parsed, word) : UnknownWord(parsed, word);
            }

            wasOption = isOption;
        }

        // The library takes what looks like an option for an argument where one is due.
        var values = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var token in parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (token.Type == TokenType.Argument && IsOption(token.Value) && values.Contains(token.Value))
            {
                yield return $"{UnknownOption(parsed, token.Value)} (write -- before a name that begins with a dash)";
            }
        }
    }

    private static string UnknownOption(ParseResult parsed, string word)
    {
        var name = word.Split('=', ':')[0];
        var near = Spelling.Nearest(name, OptionsOf(parsed.CommandResult));
        return $"{name} is not an option{(near is null ? "" : $". Did you mean {near}?")}";
    }

    private static string UnknownWord(ParseResult parsed, string word)
    {
        var commands = parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToList();
        return commands.Count == 0 ? $"{word} is one argument too many"
            : $"{word} is not a command. " + (Spelling.Nearest(word, commands) is { } near
                ? $"Did you mean {near}?"
                : $"There are {string.Join(", ", commands)}");
    }

    private static bool IsCommandMissing(ParseResult parsed, string message) =>
        parsed.CommandResult.Command is { Action: null, Subcommands.Count: > 0 }
        && message.Contains("command", StringComparison.OrdinalIgnoreCase);

    private static string Missing(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0 ? ""
        : $"say which: {string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(command => command.Name))}";

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private static IEnumerable<string> OptionsOf(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
        {
            foreach (var option in command.Command.Options.Where(option => !option.Hidden && (at == result || option.Recursive)))
            {
                yield return option.Name;
            }
        }
    }
}
