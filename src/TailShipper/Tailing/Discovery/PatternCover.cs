namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>Whether one pattern names all that another does, from their texts. In doubt: no.</summary>
internal static class PatternCover
{
    /// <summary>
    /// True when <paramref name="wide"/> surely matches all that <paramref name="narrow"/> names, or directories above it.
    /// </summary>
    public static bool Covers(string wide, string narrow) => Covers(wide.Split('/'), 0, narrow.Split('/'), 0);

    private static bool Covers(string[] wide, int w, string[] narrow, int n)
    {
        if (w == wide.Length)
        {
            return true; // all that is left of the other lies below
        }

        if (wide[w] == "**")
        {
            return Covers(wide, w + 1, narrow, n)
                || (n < narrow.Length - 1 && IsShown(narrow[n]) && Covers(wide, w, narrow, n + 1));
        }

        return n < narrow.Length && CoversName(wide[w], narrow[n]) && Covers(wide, w + 1, narrow, n + 1);
    }

    private static bool CoversName(string wide, string narrow)
    {
        if (narrow == "**")
        {
            return false;
        }

        if (wide == narrow)
        {
            return true;
        }

        var star = wide.IndexOf('*', StringComparison.Ordinal);
        if (star < 0 || NameGlob.IsWild(wide.Remove(star, 1)))
        {
            return !NameGlob.IsWild(narrow) && NameGlob.Parse(wide).Matches(narrow);
        }

        // One star only: what is before and behind it must be there in every name.
        var (head, tail) = (wide[..star], wide[(star + 1)..]);
        return narrow.Length >= head.Length + tail.Length
            && narrow.StartsWith(head, StringComparison.Ordinal) && narrow.EndsWith(tail, StringComparison.Ordinal)
            && narrow.IndexOf('[', StringComparison.Ordinal) < 0 && (head.Length > 0 || IsShown(narrow));
    }

    /// <summary>False for names with a leading dot, which a leading star does not match.</summary>
    private static bool IsShown(string name) => !name.StartsWith('.');
}
