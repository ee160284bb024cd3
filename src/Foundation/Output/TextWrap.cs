namespace Shipper.Foundation.Output;

/// <summary>Breaks lines between words.</summary>
internal static class TextWrap
{
    private const int Hanging = 2;

    /// <summary>The width of the terminal that standard output is; a number larger than any text where it is none.</summary>
    public static int TerminalWidth => !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var width ? width : int.MaxValue;

    /// <summary>The lines that the terminal shows that standard output is; a number larger than any text where it is none.</summary>
    public static int TerminalHeight => !Console.IsOutputRedirected && Console.WindowHeight is > 0 and var height ? height : int.MaxValue;

    /// <summary>
    /// Writes a line with nothing hidden in it, in several where it is longer than <paramref name="width"/>: the others stand a little
    /// further to the right than the first.
    /// </summary>
    public static void ShowWrapped(this TextWriter output, string text, int width)
    {
        var shown = VisibleText.Of(text);
        if (shown.Length <= width)
        {
            output.ShowLine(shown);
            return;
        }

        var indent = shown.Length - shown.TrimStart(' ').Length;
        var before = new string(' ', indent);
        foreach (var line in Lines(shown[indent..], Math.Max(1, width - indent - Hanging)))
        {
            output.ShowLine(before + line);
            before = new string(' ', indent + Hanging);
        }
    }

    /// <summary>The text in lines of at most so many characters; a longer word has a line of its own.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.TrimEnd();
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        if (line.Length > 0)
        {
            yield return line.TrimEnd();
        }
    }
}
