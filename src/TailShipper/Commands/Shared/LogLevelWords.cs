using System.CommandLine.Parsing;
using Serilog.Events;
using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>Levels of the log on a command line.</summary>
internal static class LogLevelWords
{
    /// <summary>All of them, the most detailed first.</summary>
    public static string[] All { get; } = Enum.GetNames<LogEventLevel>();

    /// <summary>Refuses a word that is none, in any case.</summary>
    public static void Check(SymbolResult result)
    {
        var word = result.Tokens is [var token, ..] ? token.Value : null;
        if (word is not null && !Array.Exists(All, known => known.Equals(word, StringComparison.OrdinalIgnoreCase)))
        {
            result.AddError($"{word} is not a level. " + (Spelling.Nearest(word, All) is { } near
                ? $"Did you mean {near}?"
                : $"There are {string.Join(", ", All)}"));
        }
    }
}
