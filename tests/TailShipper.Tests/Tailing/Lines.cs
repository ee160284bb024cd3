using System.Text;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Numbered lines for tests.</summary>
internal static class Lines
{
    /// <summary>Lines <paramref name="first"/> to <paramref name="last"/>, each with its newline.</summary>
    public static string Of(string name, int first, int last)
    {
        var text = new StringBuilder();
        for (var line = first; line <= last; line++)
        {
            text.Append(name).Append(' ').Append(line).Append(" order accepted\n");
        }

        return text.ToString();
    }

    /// <summary>The lines of a text in the order of their bytes, for comparing what has no order of its own.</summary>
    public static string Sorted(string text) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(line => line + "\n"));

    /// <summary>Every line once.</summary>
    public static string Distinct(string text) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Select(line => line + "\n"));
}
