namespace Shipper.KinesisAgent.Patterns;

/// <summary>A <c>filePattern</c>: a folder, which is taken as it is, and a glob for the names in it.</summary>
/// <param name="Directory">The folder. It may be relative, to wherever the agent is started.</param>
/// <param name="Glob">The last part.</param>
/// <param name="Parsed">The same, parsed.</param>
internal sealed record FilePattern(string Directory, string Glob, JavaGlob Parsed)
{
    /// <summary>How the agent writes it in the name of a flow.</summary>
    public string Text => $"{Directory}/{Glob}";

    /// <summary>Parses one.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says why, to follow the pattern.</exception>
    public static FilePattern Parse(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException("has a NUL, which no name has");
        }

        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isAbsolute = text.StartsWith('/');
        if (parts.Length == 0 || (parts.Length == 1 && !isAbsolute))
        {
            throw new FormatException("has no folder");
        }

        var directory = (isAbsolute ? "/" : "") + string.Join('/', parts[..^1]);
        return new FilePattern(directory, parts[^1], JavaGlob.Parse(parts[^1]));
    }
}
