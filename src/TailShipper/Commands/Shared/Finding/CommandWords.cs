using System.Text;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>Splits command lines and assignments into words, as those who start the service do.</summary>
internal static class CommandWords
{
    /// <summary>As systemd (systemd.service(5), "Command lines"): blanks, both kinds of quotes, backslashes.</summary>
    public static IReadOnlyList<string> OfUnit(string line) => Split(line, quotes: "\"'", escapes: true);

    /// <summary>As Windows: blanks and double quotes; a backslash is one.</summary>
    public static IReadOnlyList<string> OfWindows(string line) => Split(line, quotes: "\"", escapes: false);

    private static List<string> Split(string line, string quotes, bool escapes)
    {
        var (words, word) = (new List<string>(), default(StringBuilder));
        var quote = '\0';
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (escapes && character == '\\' && index + 1 < line.Length)
            {
                (word ??= new StringBuilder()).Append(Unescaped(line[++index]));
            }
            else if (character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && quotes.Contains(character, StringComparison.Ordinal))
            {
                (quote, word) = (character, word ?? new StringBuilder());
            }
            else if (quote == '\0' && char.IsWhiteSpace(character))
            {
                Take();
            }
            else
            {
                (word ??= new StringBuilder()).Append(character);
            }
        }

        Take();
        return words;

        void Take()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }

    private static char Unescaped(char letter) => letter switch { 'n' => '\n', 't' => '\t', 's' => ' ', _ => letter };
}
